/** Why a sweep measures a job, as a code with its figures, so that each language can write it. */
export const said = `
ALTER TABLE jobs ADD COLUMN said TEXT CHECK (said IS NULL OR json_valid(said));
`;
