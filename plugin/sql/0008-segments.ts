/**
 * Which part of a cycle with a transfer a sheet is about, as JSON in the order of `SheetSegment`. What is
 * stored without it is read anew.
 */
export const segments = `
ALTER TABLE sheets ADD COLUMN segment TEXT NOT NULL DEFAULT '{}';
DELETE FROM meta WHERE key = 'filled';
`;
