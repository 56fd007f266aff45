export const automation = "";
