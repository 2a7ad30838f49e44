/** Each failed attempt of a job and not only the last, for its log. */
export const failures = `
ALTER TABLE jobs ADD COLUMN failures TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(failures));
`;
