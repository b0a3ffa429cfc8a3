/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.upload;

import java.sql.SQLException;
import java.util.List;
import java.util.Set;

import io.oversync.client.internal.store.ClientStore;
import io.oversync.client.internal.store.RowVersions;
import io.oversync.client.internal.support.UuidKeys;
import io.oversync.client.internal.table.LocalTable;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of a changed row. It is decided while rows are read, and carried out
 * afterwards: what is carried out changes what would be read.
 */
sealed interface Decision {

	/**
	 * Carries it out.
	 * @param store the store, in the transaction in which it was decided
	 * @throws SQLException if the database fails
	 */
	void carryOut(ClientStore store) throws SQLException;

	/**
	 * Combines decisions.
	 * @param decisions carried out in this order
	 * @return all of them, or null for none
	 */
	static @Nullable Decision all(List<Decision> decisions) {
		return decisions.isEmpty() ? null : new Several(decisions);
	}

	/** It goes with another row, about which was decided before. */
	record Nothing() implements Decision {

		@Override
		public void carryOut(ClientStore store) {
		}

	}

	/** There is nothing to send of it. */
	record Forget(LocalTable table, Object key) implements Decision {

		@Override
		public void carryOut(ClientStore store) throws SQLException {
			store.pending().drop(this.table, this.key);
		}

	}

	/** The server refused the row, and it is deleted here. */
	record GiveUp(LocalTable table, Object key) implements Decision {

		@Override
		public void carryOut(ClientStore store) throws SQLException {
			store.pending().drop(this.table, this.key);
			store.versions().givenUp(this.table, this.key);
		}

	}

	/** It waits for the next pass, since an earlier change of it has no answer yet. */
	record Park(LocalTable table, Object key, long pass) implements Decision {

		@Override
		public void carryOut(ClientStore store) throws SQLException {
			store.pending().park(this.table, this.key, this.pass);
		}

	}

	/** No trigger has seen that it is gone: it may have been replaced by another row. */
	record AwaitVanished(LocalTable table, Object key) implements Decision {

		@Override
		public void carryOut(ClientStore store) throws SQLException {
			store.pending().awaitVanished(this.table, this.key);
		}

	}

	/** What is known of it moves to another spelling of its key. */
	record Respell(LocalTable table, String pk, Object from, Object to) implements Decision {

		@Override
		public void carryOut(ClientStore store) throws SQLException {
			store.keys().respell(this.table, this.pk, this.from, this.to);
		}

	}

	/**
	 * It is sent as it is.
	 *
	 * @param table its table
	 * @param candidate its state
	 * @param pk its UUID
	 * @param op the operation
	 * @param payload its columns
	 * @param base the row before the change
	 * @param circle the number of its circle, 0 for none
	 * @param lost see {@link io.oversync.client.internal.store.OutboxEntry#lostVersion}
	 * @param absent the columns that the server's row lacks
	 */
	record Upsert(LocalTable table, Candidate candidate, String pk, String op, String payload, @Nullable String base,
			long circle, long lost, Set<String> absent) implements Decision {

		@Override
		public void carryOut(ClientStore store) throws SQLException {
			Object key = this.candidate.key();
			RowVersions.Known known = this.candidate.known();
			this.candidate.drop(store.pending(), this.table);
			if (known != null && !known.absent().isEmpty()) {
				store.versions().absent(this.table, key, this.absent);
			}
			store.outbox()
				.add(this.table, key, this.pk, this.op, this.candidate.expectedVersion(), this.payload, this.base,
						this.circle, this.lost);
		}

	}

	/**
	 * Its delete is sent.
	 *
	 * @param table its table
	 * @param candidate its state
	 * @param pk its UUID
	 * @param version the version that is deleted
	 * @param circle the number of its circle, 0 for none
	 */
	record Delete(LocalTable table, Candidate candidate, String pk, long version, long circle) implements Decision {

		@Override
		public void carryOut(ClientStore store) throws SQLException {
			this.candidate.drop(store.pending(), this.table);
			store.outbox()
				.addDelete(this.table, this.candidate.key(), this.pk, this.version, this.candidate.base(), this.circle,
						this.candidate.lostVersion());
		}

	}

	/**
	 * It cannot be sent, and is set aside until it is changed.
	 *
	 * @param table its table
	 * @param key its key
	 * @param op the operation
	 * @param base the row before the change
	 * @param reason what is wrong, for the user
	 * @param batch is told of it
	 */
	record Refuse(LocalTable table, Object key, String op, @Nullable String base, String reason,
			OutboxBatch batch) implements Decision {

		@Override
		public void carryOut(ClientStore store) throws SQLException {
			store.pending().drop(this.table, this.key);
			String pk = UuidKeys.uuid(this.key);
			this.batch.refuse(store.quarantine()
				.add(this.table, this.key, (pk != null) ? pk : UuidKeys.text(this.key), this.op, null, this.base,
						"unsupported_value", this.reason));
		}

	}

	/** Decisions that go together. */
	record Several(List<Decision> decisions) implements Decision {

		@Override
		public void carryOut(ClientStore store) throws SQLException {
			for (Decision decision : this.decisions) {
				decision.carryOut(store);
			}
		}

	}

}
