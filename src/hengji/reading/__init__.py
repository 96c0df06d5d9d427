"""Any document → grids of cells that keep their place → projects and indicators."""
