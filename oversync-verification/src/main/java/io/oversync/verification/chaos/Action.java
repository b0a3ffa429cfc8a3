/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.chaos;

import java.util.List;
import java.util.stream.Collectors;

/**
 * One action on a device.
 *
 * @param kind its kind
 * @param seed determines the edits
 * @param count the number of edits, or of the entries that a download asks for
 * @param faults the network's faults for the following exchanges, one each
 */
record Action(Kind kind, long seed, int count, List<Fault> faults) {

	/**
	 * The kinds of actions.
	 */
	enum Kind {

		EDIT("edits"), ADD_CHILDREN("adds children"), DELETE_PARENTS("deletes parents"), SYNC("syncs"),
		UPLOAD("uploads a batch"), DOWNLOAD("downloads a page"), HYDRATE("fetches everything"),
		VERIFY("verifies its rows"), REOPEN("is closed and opened again"),
		REINSTALL("loses its database and starts again"), BACK_UP("copies its database"),
		PUT_BACK("goes on with an older copy of its database"), GIVE_UP("drops what was refused for good"),
		TRY_AGAIN("retries what was refused for good"), REBUILD_TABLE("rebuilds a table"),
		CHANGE_COLUMN("drops a column, syncs, and adds the column again"),
		ROAM("changes between the server's nodes with each request from now on"), EXPIRE("counts as not seen for long"),
		REVOKE("is revoked"), PERMIT("is let in again"), FORGET("is forgotten by the server");

		private final String words;

		Kind(String words) {
			this.words = words;
		}

	}

	static Action edit(long seed, int count) {
		return edit(Kind.EDIT, seed, count);
	}

	static Action edit(Kind kind, long seed, int count) {
		return new Action(kind, seed, count, List.of());
	}

	/** Whether rows are edited, and nothing goes over the network. */
	boolean edits() {
		return this.kind == Kind.EDIT || this.kind == Kind.ADD_CHILDREN || this.kind == Kind.DELETE_PARENTS;
	}

	static Action exchange(Kind kind, int count, List<Fault> faults) {
		return new Action(kind, 0, count, faults);
	}

	static Action of(Kind kind) {
		return new Action(kind, 0, 0, List.of());
	}

	@Override
	public String toString() {
		String network = this.faults.stream().map(Fault::toString).collect(Collectors.joining(", "));
		return this.kind.words + (network.isEmpty() ? "" : " while the network does: " + network);
	}

}
