export const install = "";
