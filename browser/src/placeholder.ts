/** Stands in until the link and the session fold arrive; shows how a page imports from here. */
export const title = "Deskside";
