"""National standards as dated data: chosen by the day of observation, each edition with its document and `verified`."""
