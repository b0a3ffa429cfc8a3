/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.protocol;

import java.util.List;

/**
 * The outcome of one change of an upload (§2.1).
 */
public sealed interface ChangeStatus {

	/**
	 * Returns the device's own number for the change.
	 * @return as it was sent
	 */
	long sourceChangeId();

	/**
	 * The change took effect, now or in an earlier request.
	 *
	 * @param sourceChangeId as it was sent
	 * @param newServerVersion the version of the row that the change produced
	 */
	record Applied(long sourceChangeId, long newServerVersion) implements ChangeStatus {
	}

	/**
	 * The row is at another version than the client expected; nothing was changed.
	 *
	 * @param sourceChangeId as it was sent
	 * @param serverRow the row as it is
	 */
	record Conflict(long sourceChangeId, ServerRow serverRow) implements ChangeStatus {
	}

	/**
	 * The change was not processed; nothing was changed. Clients keep it and send it
	 * again.
	 *
	 * @param sourceChangeId as it was sent
	 * @param message why, for people
	 */
	record Postponed(long sourceChangeId, String message) implements ChangeStatus {
	}

	/**
	 * The change cannot be applied as it is; nothing was changed.
	 *
	 * @param sourceChangeId as it was sent
	 * @param invalid why
	 * @param message what is wrong and how to fix it, for people
	 */
	record Invalid(long sourceChangeId, InvalidChange invalid, String message) implements ChangeStatus {
	}

	/**
	 * Why a change is invalid; its {@code reason} and {@code details} on the wire. No
	 * other reason is ever sent: older clients drop changes for reasons that they do not
	 * know.
	 */
	sealed interface InvalidChange {

		/** A change that can never succeed; clients drop it. */
		record BadPayload() implements InvalidChange {
		}

		/**
		 * A delete of a row that other rows refer to, by a foreign key that refuses it;
		 * on the wire a {@code bad_payload}. Clients drop the delete and take the row
		 * back from the stream.
		 *
		 * @param referencedBy {@code schema.table:key} of rows that refer to it, ten at
		 * most
		 */
		record StillReferenced(List<String> referencedBy) implements InvalidChange {

			public StillReferenced {
				referencedBy = List.copyOf(referencedBy);
			}

		}

		/**
		 * The table is not synced; clients drop the change.
		 *
		 * @param table the table, in normal form
		 */
		record UnregisteredTable(TableName table) implements InvalidChange {
		}

		/**
		 * Rows that the change refers to do not exist; clients keep and retry it.
		 *
		 * @param missing {@code schema.table:key} of each
		 */
		record FkMissing(List<String> missing) implements InvalidChange {

			public FkMissing {
				missing = List.copyOf(missing);
			}

		}

		/**
		 * More changes than the configured limit.
		 *
		 * @param limit the most changes that an upload may have
		 */
		record BatchTooLarge(int limit) implements InvalidChange {
		}

	}

}
