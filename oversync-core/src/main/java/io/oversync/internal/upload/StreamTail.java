/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.upload;

import java.util.LinkedHashMap;
import java.util.Map;

import io.oversync.internal.catalog.RowKey;
import io.oversync.internal.catalog.TableCatalog;
import io.oversync.internal.store.StoredChange;
import io.oversync.internal.store.Stream;
import io.oversync.internal.upload.plan.Restore;
import io.oversync.internal.upload.plan.StreamEntry;
import io.oversync.protocol.Operation;
import io.oversync.protocol.Payload;
import io.oversync.protocol.SyncActor;
import org.jspecify.annotations.Nullable;

/**
 * The end of a locked stream while changes are appended to it: numbers them and the
 * sources that are new. Server_ids are taken from the locked stream, so they commit in
 * order and without gaps.
 */
final class StreamTail {

	private final TableCatalog catalog;

	private final SyncActor actor;

	private final Stream locked;

	private final Map<String, Integer> newSources = new LinkedHashMap<>();

	private @Nullable Integer ownSource;

	private @Nullable Integer serverSource;

	private @Nullable Integer headSource;

	private long head;

	private long other;

	private int sourceCount;

	private long serverChanges;

	StreamTail(TableCatalog catalog, SyncActor actor, Stream locked) {
		this.catalog = catalog;
		this.actor = actor;
		this.locked = locked;
		this.ownSource = locked.sourceNo();
		this.serverSource = locked.serverSourceNo();
		this.headSource = locked.headSourceNo();
		this.head = locked.head();
		this.other = locked.otherServerId();
		this.sourceCount = locked.sourceCount();
		this.serverChanges = locked.serverChangeCount();
	}

	/**
	 * Numbers a change of the device, or one that the server makes to follow a foreign
	 * key.
	 * @param entry the change
	 * @return the change with its place in the stream
	 */
	StoredChange append(StreamEntry entry) {
		return entry.byServer() ? appendByServer(entry.row(), entry.op(), entry.version(), entry.payload()) : append(
				ownSource(), entry.row(), entry.op(), entry.version(), entry.sourceChangeId(), entry.payload());
	}

	/**
	 * Numbers a row that the server appends once more.
	 * @param restore the row
	 * @return the change with its place in the stream, without its payload
	 */
	StoredChange append(Restore restore) {
		return appendByServer(restore.row(), Operation.UPDATE, restore.version(), null);
	}

	private StoredChange appendByServer(RowKey row, Operation op, long version, @Nullable Payload payload) {
		int source = (this.serverSource != null) ? this.serverSource : addSource(SyncActor.SERVER_SOURCE);
		this.serverSource = source;
		this.serverChanges++;
		return append(source, row, op, version, this.serverChanges, payload);
	}

	private StoredChange append(int source, RowKey row, Operation op, long version, long sourceChangeId,
			@Nullable Payload payload) {
		if (this.headSource == null || this.headSource != source) {
			this.other = this.head;
			this.headSource = source;
		}
		this.head++;
		return new StoredChange(this.head, this.catalog.get(row.table()).id(), row.pk(), op, version, source,
				sourceChangeId, payload);
	}

	/**
	 * Returns the number of the device, which it gets on first use.
	 * @return its number
	 */
	int ownSource() {
		int source = (this.ownSource != null) ? this.ownSource : addSource(this.actor.sourceId());
		this.ownSource = source;
		return source;
	}

	private int addSource(String sourceId) {
		this.sourceCount++;
		this.newSources.put(sourceId, this.sourceCount);
		return this.sourceCount;
	}

	/**
	 * Returns the sources that got a number here.
	 * @return the number of each, to be saved
	 */
	Map<String, Integer> newSources() {
		return this.newSources;
	}

	/**
	 * Returns the stream with all that was appended.
	 * @return to be saved
	 */
	Stream stream() {
		return new Stream(this.locked.id(), this.head, this.headSource, this.other, this.sourceCount,
				this.serverChanges, this.ownSource, this.serverSource, this.locked.hasFailures(),
				this.locked.hasRestores());
	}

}
