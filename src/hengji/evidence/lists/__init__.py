"""The lists of a bureau: key units (部令27号) and outfalls (HJ 1232), by dated rules that say why."""
