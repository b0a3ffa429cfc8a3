package io.oversync.client;

import java.util.ArrayList;
import java.util.List;

/**
 * What became of downloaded changes.
 *
 * @param downloaded how many came
 * @param applied how many changed a local row
 * @param conflicts those that met a local change
 * @param held how many rows, of this and earlier downloads, a local constraint keeps from
 * being written; they are tried again with each download
 * @param hasMore whether the server has more
 */
public record DownloadResult(int downloaded, int applied, List<ResolvedConflict> conflicts, long held,
		boolean hasMore) {

	DownloadResult plus(DownloadResult next) {
		List<ResolvedConflict> all = new ArrayList<>(this.conflicts);
		all.addAll(next.conflicts);
		return new DownloadResult(this.downloaded + next.downloaded, this.applied + next.applied, List.copyOf(all),
				next.held, next.hasMore);
	}

}
