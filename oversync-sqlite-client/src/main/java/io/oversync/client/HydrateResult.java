package io.oversync.client;

/**
 * What a hydration did.
 *
 * @param downloaded how many changes came
 * @param rows how many rows they came down to
 * @param applied how many local rows were changed
 * @param reuploads how many rows the server did not know, or knew in an older version:
 * they are pending now
 */
public record HydrateResult(long downloaded, long rows, long applied, long reuploads) {
}
