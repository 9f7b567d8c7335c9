// Back in the grid the cell of the photo that was looked at takes the focus, which also scrolls there.
export function focus(id) { document.getElementById(id)?.focus(); }
