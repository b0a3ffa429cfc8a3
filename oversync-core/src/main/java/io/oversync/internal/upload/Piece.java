package io.oversync.internal.upload;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import io.oversync.internal.catalog.RowKey;

/**
 * A run of changes that may be reordered (protocol §2.1): upserts before deletes, parents
 * before children for upserts, children before parents for deletes. Changes of one row
 * keep their order, therefore a batch is cut where a row comes back after its delete.
 *
 * @param upserts in request order
 * @param deletes in request order
 */
record Piece(List<Change> upserts, List<Change> deletes) {

	private Piece() {
		this(new ArrayList<>(), new ArrayList<>());
	}

	static List<Piece> cut(List<Change> changes) {
		List<Piece> pieces = new ArrayList<>();
		Set<RowKey> deleted = new HashSet<>();
		Piece piece = new Piece();
		pieces.add(piece);
		for (Change change : changes) {
			if (!change.op().isUpsert()) {
				piece.deletes.add(change);
				deleted.add(change.row());
				continue;
			}
			if (deleted.contains(change.row())) {
				piece = new Piece();
				pieces.add(piece);
				// not cleared: that takes as long as it once was large
				deleted = new HashSet<>();
			}
			piece.upserts.add(change);
		}
		return pieces;
	}

}
