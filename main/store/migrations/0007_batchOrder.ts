/** In the order of their batches, too, results come out of an index and not out of a sort of all of them. */
export const batchOrder = `
CREATE INDEX results_by_batch ON results (batch, superseded, machine_id, provider, precision, use, mode, flag_codes, model)
  WHERE deleted_at IS NULL;
`;
