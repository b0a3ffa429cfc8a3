/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.upload;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.oversync.internal.catalog.ColumnNames;
import io.oversync.internal.catalog.TableCatalog;
import io.oversync.internal.store.ChangeStore;
import io.oversync.internal.store.StatementBatch;
import io.oversync.internal.store.StoredChange;
import io.oversync.internal.upload.plan.ChangedImage;
import io.oversync.internal.upload.plan.StreamEntry;
import io.oversync.protocol.Payload;
import org.jspecify.annotations.Nullable;

/**
 * Appends changes that the server makes of earlier after-images, a few megabytes at a
 * time, however many and large the rows are.
 */
final class ChangedImages {

	private static final long MOST_BYTES = 4 * 1024 * 1024;

	private final TableCatalog catalog;

	private final ChangeStore changes;

	private final long streamId;

	private final StatementBatch batch;

	private List<StoredChange> block = new ArrayList<>();

	private long bytes;

	/**
	 * Starts.
	 * @param catalog the registered tables
	 * @param changes the changes
	 * @param streamId the locked stream
	 * @param batch takes the last statement
	 */
	ChangedImages(TableCatalog catalog, ChangeStore changes, long streamId, StatementBatch batch) {
		this.catalog = catalog;
		this.changes = changes;
		this.streamId = streamId;
		this.batch = batch;
	}

	/**
	 * Appends changes.
	 * @param entries the entries of an upload
	 * @param stored their places in the stream, in the same order
	 */
	void append(List<StreamEntry> entries, List<StoredChange> stored) {
		Map<Long, List<Pending>> byBase = new LinkedHashMap<>();
		for (int i = 0; i < stored.size(); i++) {
			ChangedImage changed = entries.get(i).changed();
			if (changed == null) {
				continue;
			}
			Pending pending = new Pending(stored.get(i), changed,
					this.catalog.get(entries.get(i).row().table()).names());
			Integer base = changed.base().entry();
			if (base != null) {
				add(pending, entries.get(base).payload());
			}
			else {
				byBase.computeIfAbsent(changed.base().serverId(), (serverId) -> new ArrayList<>()).add(pending);
			}
		}
		// the keys are copied before one is removed
		this.changes.payloads().read(this.streamId, List.copyOf(byBase.keySet()), (serverId, payload) -> {
			List<Pending> all = byBase.remove(serverId);
			if (all != null) {
				all.forEach((pending) -> add(pending, payload));
			}
		});
		// of images that are not known, the references
		byBase.values().forEach((all) -> all.forEach((pending) -> add(pending, null)));
		this.changes.append(this.batch, this.streamId, this.block);
	}

	private void add(Pending pending, @Nullable Payload image) {
		Payload payload = pending.changed.apply(image, pending.names);
		if (this.bytes + payload.utf8().length > MOST_BYTES && !this.block.isEmpty()) {
			this.changes.append(this.batch, this.streamId, this.block);
			this.batch.execute();
			this.block = new ArrayList<>();
			this.bytes = 0;
		}
		this.block.add(pending.stored.withPayload(payload));
		this.bytes += payload.utf8().length;
	}

	private record Pending(StoredChange stored, ChangedImage changed, ColumnNames names) {
	}

}
