/**
 * Aggregates that need an order are read from where they were read last, and different values are
 * counted as they come and go. What is stored without either is filled anew.
 */
export const orders = `
ALTER TABLE cells ADD COLUMN different INTEGER NOT NULL DEFAULT 0;
ALTER TABLE cells ADD COLUMN finger_sort TEXT NOT NULL DEFAULT '';
ALTER TABLE cells ADD COLUMN finger_record TEXT NOT NULL DEFAULT '';
ALTER TABLE cells ADD COLUMN finger_below INTEGER NOT NULL DEFAULT 0;
DELETE FROM meta WHERE key = 'filled';
`;
