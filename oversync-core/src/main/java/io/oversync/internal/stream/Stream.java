/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.stream;

import java.util.List;

import io.oversync.internal.stream.StreamEntry.Origin;
import org.jspecify.annotations.Nullable;

/**
 * A snapshot of a user's stream from the view of one source.
 *
 * @param owner the user
 * @param head its end
 * @param sources the sources of its changes
 * @param hasFailures whether rows of the user could not be written to their business
 * tables
 * @param hasRestores whether rows were restored for the source; read without a lock, only
 * those that it has not received
 * @param backlog what it lacks of what the application itself has written
 * @param expiredVersion the highest version of rows whose tombstones have expired, 0 for
 * none: a row of which nothing is left begins above it, so that no device takes it for
 * what it knows of the former one
 */
public record Stream(Owner owner, Head head, Sources sources, boolean hasFailures, boolean hasRestores, Backlog backlog,
		long expiredVersion) {

	/**
	 * A stream of which no tombstone has expired.
	 * @param owner the user
	 * @param head its end
	 * @param sources the sources of its changes
	 * @param hasFailures whether rows could not be written to their business tables
	 * @param hasRestores whether rows were restored for the source
	 * @param backlog what it lacks of what the application itself has written
	 */
	public Stream(Owner owner, Head head, Sources sources, boolean hasFailures, boolean hasRestores, Backlog backlog) {
		this(owner, head, sources, hasFailures, hasRestores, backlog, 0);
	}

	/**
	 * Returns the id of the stream.
	 * @return its key in all tables
	 */
	public long id() {
		return this.owner.streamId();
	}

	/**
	 * Returns the highest server_id of the other sources.
	 * @return 0 for none
	 */
	public long highestOfOthers() {
		boolean own = this.sources.own() != null && this.sources.own().equals(this.head.sourceNo());
		return own ? this.head.otherServerId() : this.head.serverId();
	}

	/**
	 * Returns the stream with more entries. Server_ids follow the head of a locked
	 * stream, so they commit in order and without gaps.
	 * @param entries the entries, the first of them behind the head
	 * @return the stream with them, and with their sources
	 */
	public Stream append(List<StreamEntry> entries) {
		Head end = this.head;
		Sources numbered = this.sources;
		for (StreamEntry entry : entries) {
			numbered = numbered.append(entry.origin());
			end = end.append(numbered.numberOf(entry.origin()));
		}
		return new Stream(this.owner, end, numbered, this.hasFailures, this.hasRestores, this.backlog,
				this.expiredVersion);
	}

	/**
	 * Returns the stream with a number for the source that sees it.
	 * @return the same for a source that has one
	 */
	public Stream withOwnSource() {
		return new Stream(this.owner, this.head, this.sources.withOwn(), this.hasFailures, this.hasRestores,
				this.backlog, this.expiredVersion);
	}

	/**
	 * Returns the stream as it lacks something else of what the application has written.
	 * @param state what it lacks
	 * @return otherwise the same
	 */
	public Stream withBacklog(Backlog state) {
		return new Stream(this.owner, this.head, this.sources, this.hasFailures, this.hasRestores, state,
				this.expiredVersion);
	}

	/**
	 * The end of a stream.
	 *
	 * @param serverId the highest server_id, 0 for none
	 * @param sourceNo its source, null for none
	 * @param otherServerId the highest server_id of any other source
	 */
	public record Head(long serverId, @Nullable Integer sourceNo, long otherServerId) {

		/** Of a stream without changes. */
		public static final Head NONE = new Head(0, null, 0);

		Head append(int source) {
			boolean same = this.sourceNo != null && this.sourceNo == source;
			return new Head(this.serverId + 1, source, same ? this.otherServerId : this.serverId);
		}

	}

	/**
	 * The sources of a stream's changes.
	 *
	 * @param count the highest number of a source
	 * @param serverChanges the source_change_id of the last change that the server made
	 * @param own the number of the source that sees the stream, null for a new one
	 * @param server the number of the source {@code server}, null when it never made a
	 * change
	 * @param removed the highest source_change_id of the source that sees the stream
	 * whose entry a compaction has removed, 0 for none
	 * @param resent the lowest source_change_id that its last upload sent again, 0 for
	 * none
	 */
	public record Sources(int count, long serverChanges, @Nullable Integer own, @Nullable Integer server, long removed,
			long resent) {

		/** Of a stream without changes. */
		public static final Sources NONE = new Sources(0, 0, null, null);

		/**
		 * The sources of a stream that was not compacted.
		 * @param count the highest number of a source
		 * @param serverChanges the source_change_id of the last change of the server
		 * @param own the number of the source that sees the stream, null for a new one
		 * @param server the number of the source {@code server}, null for none
		 */
		public Sources(int count, long serverChanges, @Nullable Integer own, @Nullable Integer server) {
			this(count, serverChanges, own, server, 0, 0);
		}

		/**
		 * Returns the number of a change's source.
		 * @param origin the maker of the change
		 * @return its number
		 */
		public int numberOf(Origin origin) {
			Integer number = origin.byServer() ? this.server : this.own;
			if (number == null) {
				throw new IllegalStateException("The source of a change has no number");
			}
			return number;
		}

		Sources append(Origin origin) {
			if (!origin.byServer()) {
				return withOwn();
			}
			return (this.server != null)
					? new Sources(this.count, this.serverChanges + 1, this.own, this.server, this.removed, this.resent)
					: new Sources(this.count + 1, this.serverChanges + 1, this.own, this.count + 1, this.removed,
							this.resent);
		}

		Sources withOwn() {
			return (this.own != null) ? this : new Sources(this.count + 1, this.serverChanges, this.count + 1,
					this.server, this.removed, this.resent);
		}

	}

}
