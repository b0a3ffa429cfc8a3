package io.oversync.client;

import java.util.List;

/**
 * What a hydration did.
 *
 * @param downloaded how many changes came in this run
 * @param rows how many rows they came down to, those of an interrupted run included
 * @param applied how many local rows were changed
 * @param reuploads how many rows the server did not know, or knew in an older version:
 * they are pending now
 * @param conflicts rows that met a local change
 * @param held how many rows a local constraint keeps from being written; they are tried
 * again with each download
 */
public record HydrateResult(long downloaded, long rows, long applied, long reuploads, List<ResolvedConflict> conflicts,
		long held) {
}
