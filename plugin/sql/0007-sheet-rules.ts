/**
 * What items say beside weight and target: section, role, key line, treatment, a person's score; as
 * JSON in the order of `ItemRules`. Results have a new shape, so everything is filled anew.
 */
export const sheetRules = `
ALTER TABLE items ADD COLUMN rules TEXT NOT NULL DEFAULT '{}';
DELETE FROM meta WHERE key = 'filled';
`;
