/**
 * 租户在工单上的意见：发电同意、归档确认。
 */

/** @type {import("/shared/lib/i18n.js").Dictionary} */
export const consent = {
  "consent.title": "租户发电同意",
  "consent.ask": "询问租户",
  "consent.ask_title": "{id}：询问租户是否同意发电",
  "consent.means": "等待答复期间，恢复时限和该站的到站时限暂停；到期未答复，自动继续计时。",
  "consent.tenant": "租户",
  "consent.answer_within": "答复期限",
  "consent.text": "说明（租户可见，可不填）",
  "consent.done": "已询问 {tenant}，时限暂停。",
  "consent.asked": "等待答复，期限",
  "consent.granted": "同意",
  "consent.refused": "不同意",
  "consent.withdrawn": "已撤回",
  "consent.withdraw": "撤回",
  "agreement.agreed": "{tenant} 同意归档",
  "agreement.objects": "{tenant} 有异议：{reason}",
};
