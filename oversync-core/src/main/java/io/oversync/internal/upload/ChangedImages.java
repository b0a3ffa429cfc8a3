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
import io.oversync.internal.stream.ChangedImage;
import io.oversync.internal.stream.Stream;
import io.oversync.internal.stream.StreamEntry;
import io.oversync.internal.upload.plan.UploadPlan;
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

	private final Stream stream;

	private final StatementBatch batch;

	private List<StreamEntry> block = new ArrayList<>();

	private long bytes;

	/**
	 * Prepares to append such changes.
	 * @param catalog the registered tables
	 * @param changes the changes
	 * @param stream the stream with the entries of the upload in it
	 * @param batch takes the last statement
	 */
	ChangedImages(TableCatalog catalog, ChangeStore changes, Stream stream, StatementBatch batch) {
		this.catalog = catalog;
		this.changes = changes;
		this.stream = stream;
		this.batch = batch;
	}

	/**
	 * Appends the entries of an upload that have such an after-image.
	 * @param plan the upload
	 */
	void append(UploadPlan plan) {
		Map<Long, List<Pending>> byBase = new LinkedHashMap<>();
		for (StreamEntry entry : plan.entries()) {
			ChangedImage image = plan.changedImages().get(entry.serverId());
			if (image == null) {
				continue;
			}
			Pending pending = new Pending(entry, image, this.catalog.get(entry.row().table()).names());
			StreamEntry base = plan.entry(image.baseServerId());
			if (base != null) {
				add(pending, base.payload());
			}
			else {
				byBase.computeIfAbsent(image.baseServerId(), (serverId) -> new ArrayList<>()).add(pending);
			}
		}
		// the keys are copied before one is removed
		this.changes.payloads().read(this.stream.id(), List.copyOf(byBase.keySet()), (serverId, payload) -> {
			List<Pending> all = byBase.remove(serverId);
			if (all != null) {
				all.forEach((pending) -> add(pending, payload));
			}
		});
		// of images that are not known, the references
		byBase.values().forEach((all) -> all.forEach((pending) -> add(pending, null)));
		this.changes.append(this.batch, this.stream, this.block);
	}

	private void add(Pending pending, @Nullable Payload image) {
		Payload payload = pending.changed.apply(image, pending.names);
		if (this.bytes + payload.utf8().length > MOST_BYTES && !this.block.isEmpty()) {
			this.changes.append(this.batch, this.stream, this.block);
			this.batch.execute();
			this.block = new ArrayList<>();
			this.bytes = 0;
		}
		this.block.add(pending.entry.withPayload(payload));
		this.bytes += payload.utf8().length;
	}

	private record Pending(StreamEntry entry, ChangedImage changed, ColumnNames names) {
	}

}
