/** A camera's picture made small on the phone: turned upright, scaled down, and without what it tells of the phone (EXIF). */

const LEAST_QUALITY = 0.3;
const SMALL_SIDE = 960;

/**
 * @param {Blob} file
 * @param {{photo_max_side: number, photo_quality: number, photo_max_bytes: number}} rules
 * @returns {Promise<Blob>} a JPEG; rejects when the file is no picture
 */
export async function compressed(file, { photo_max_side, photo_quality, photo_max_bytes }) {
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  const scale = Math.min(1, photo_max_side / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  for (let quality = photo_quality; ; quality -= 0.15) {
    const made = await encoded(canvas, "image/jpeg", quality);
    if (made.size <= photo_max_bytes || quality <= LEAST_QUALITY) return made;
  }
}

/** The same, as small as it still tells something: for a phone that is full. @param {Blob} file @param {number} maxBytes */
export function smallest(file, maxBytes) {
  return compressed(file, { photo_max_side: SMALL_SIDE, photo_quality: 0.5, photo_max_bytes: maxBytes });
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {string} type
 * @param {number} [quality]
 * @returns {Promise<Blob>}
 */
export function encoded(canvas, type, quality) {
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("the picture cannot be encoded"))), type, quality),
  );
}
