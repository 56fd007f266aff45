/** The hour decides what came last within a day; what is stored without it is read anew. */
export const moments = `
ALTER TABLE contributions ADD COLUMN moment TEXT NOT NULL DEFAULT '';
DELETE FROM meta WHERE key = 'filled';
`;
