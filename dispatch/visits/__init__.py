"""What happens on a visit beside the order's own steps: records, places, questions, calls for help, watches."""
