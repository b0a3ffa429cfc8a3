/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.actuate;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.oversync.internal.event.EngineListener;
import io.oversync.protocol.ChangeStatus;
import io.oversync.protocol.ChangeStatus.InvalidChange;
import io.oversync.protocol.Payload;
import io.oversync.protocol.SyncActor;
import io.oversync.protocol.TableName;
import io.oversync.protocol.UploadChange;
import io.oversync.protocol.UploadRequest;
import io.oversync.protocol.UploadResponse;
import org.jspecify.annotations.Nullable;

/**
 * Meters of the engine's work. No tag has a user, a device, or anything else that clients
 * choose: tables that are not registered are one.
 */
public final class EngineMeters implements EngineListener {

	private static final String OTHER_TABLE = "other";

	private final MeterRegistry registry;

	private final Set<String> tables;

	private final Timer uploads;

	private final Map<Read, Timer> reads = new EnumMap<>(Read.class);

	private final Map<Read, DistributionSummary> pages = new EnumMap<>(Read.class);

	private final DistributionSummary batch;

	private final DistributionSummary bytes;

	private final DistributionSummary attempts;

	private final Counter replays;

	private final Counter absorbed;

	private final Counter compacted;

	private final AtomicInteger compactionsDue = new AtomicInteger();

	private final Counter expired;

	private final Map<ChangeKey, Counter> changes = new ConcurrentHashMap<>();

	/**
	 * Creates the meters.
	 * @param registry where they are registered
	 * @param tables the names of the registered tables
	 */
	public EngineMeters(MeterRegistry registry, Set<String> tables) {
		this.registry = registry;
		this.tables = Set.copyOf(tables);
		this.uploads = Timer.builder("oversync.upload")
			.description("Uploads by their outcome")
			.tag("outcome", "success")
			.register(registry);
		for (Read read : Read.values()) {
			this.reads.put(read, download(read, "success"));
			this.pages.put(read,
					DistributionSummary.builder("oversync.download.changes")
						.description("Changes in the answer to a download")
						.tag("kind", lower(read))
						.register(registry));
		}
		this.batch = summary("oversync.upload.changes", "Changes in an upload", null);
		this.bytes = summary("oversync.upload.payload", "Size of all payloads of an upload", "bytes");
		this.attempts = summary("oversync.transaction.attempts", "Attempts of a transaction that writes", null);
		this.replays = counter("oversync.replays", "Changes that were applied before");
		this.absorbed = counter("oversync.absorbed", "Entries that brought in what the application itself wrote");
		this.compacted = counter("oversync.compaction.removed", "Entries of streams that were removed as garbage");
		this.expired = counter("oversync.compaction.expired", "Deleted rows of which nothing is left");
		Gauge.builder("oversync.compaction.due", this.compactionsDue, AtomicInteger::get)
			.description("Streams that this node has found to be full of garbage and not compacted yet")
			.register(registry);
		// exist at the start, so that the first failure is an increase
		this.tables.forEach(this::materializeFailures);
	}

	private DistributionSummary summary(String name, String description, @Nullable String unit) {
		return DistributionSummary.builder(name).description(description).baseUnit(unit).register(this.registry);
	}

	private Counter counter(String name, String description) {
		return Counter.builder(name).description(description).register(this.registry);
	}

	private Counter materializeFailures(String table) {
		return Counter.builder("oversync.materialize.failures")
			.description("Rows that were recorded as failures: their tables refused them")
			.tag("table", table)
			.register(this.registry);
	}

	private Timer download(Read read, String outcome) {
		return Timer.builder("oversync.download")
			.description("Downloads by their outcome, the writing of the answer included")
			.tag("kind", lower(read))
			.tag("outcome", outcome)
			.register(this.registry);
	}

	@Override
	public void uploaded(SyncActor actor, UploadRequest request, UploadResponse response, long nanos) {
		this.uploads.record(nanos, TimeUnit.NANOSECONDS);
		this.batch.record(request.changes().size());
		Map<ChangeKey, int[]> counts = new HashMap<>();
		long size = 0;
		UploadChange previous = null;
		String table = OTHER_TABLE;
		for (int i = 0; i < request.changes().size(); i++) {
			UploadChange change = request.changes().get(i);
			Payload payload = change.payload();
			size += (payload != null) ? payload.utf8().length : 0;
			// most changes are to the table of the one before
			if (previous == null || !Objects.equals(change.table(), previous.table())
					|| !Objects.equals(change.schema(), previous.schema())) {
				table = name(change.schema(), change.table());
			}
			previous = change;
			counts.computeIfAbsent(key(table, response.statuses().get(i)), (key) -> new int[1])[0]++;
		}
		this.bytes.record(size);
		counts.forEach((key, count) -> this.changes.computeIfAbsent(key, this::changes).increment(count[0]));
	}

	private static ChangeKey key(String table, ChangeStatus status) {
		if (status instanceof ChangeStatus.Invalid invalid) {
			return new ChangeKey(table, "invalid", reason(invalid.invalid()));
		}
		if (status instanceof ChangeStatus.Conflict) {
			return new ChangeKey(table, "conflict", "none");
		}
		return new ChangeKey(table, (status instanceof ChangeStatus.Postponed) ? "postponed" : "applied", "none");
	}

	private static String reason(InvalidChange reason) {
		if (reason instanceof InvalidChange.FkMissing) {
			return "fk_missing";
		}
		if (reason instanceof InvalidChange.StillReferenced) {
			return "still_referenced";
		}
		if (reason instanceof InvalidChange.UnregisteredTable) {
			return "unregistered_table";
		}
		return (reason instanceof InvalidChange.BatchTooLarge) ? "batch_too_large" : "bad_payload";
	}

	/** Clients may send any name. */
	private String name(@Nullable String schema, @Nullable String table) {
		String name = ((schema != null && !schema.isEmpty()) ? schema : TableName.DEFAULT_SCHEMA) + "." + table;
		return known(this.tables.contains(name) ? name : name.toLowerCase(Locale.ROOT));
	}

	private String known(String table) {
		return this.tables.contains(table) ? table : OTHER_TABLE;
	}

	private Counter changes(ChangeKey key) {
		return Counter.builder("oversync.changes")
			.description("Uploaded changes by their status")
			.tag("table", key.table)
			.tag("outcome", key.outcome)
			.tag("reason", key.reason)
			.register(this.registry);
	}

	@Override
	public void uploadFailed(Throwable failure, long nanos) {
		Timer.builder("oversync.upload")
			.description("Uploads by their outcome")
			.tag("outcome", FailureCause.outcome(failure))
			.register(this.registry)
			.record(nanos, TimeUnit.NANOSECONDS);
	}

	@Override
	public void replayed(int count) {
		this.replays.increment(count);
	}

	@Override
	public void downloaded(Read read, int count, long nanos) {
		get(this.reads, read).record(nanos, TimeUnit.NANOSECONDS);
		get(this.pages, read).record(count);
	}

	@Override
	public void downloadFailed(Read read, Throwable failure, long nanos) {
		download(read, FailureCause.outcome(failure)).record(nanos, TimeUnit.NANOSECONDS);
	}

	@Override
	public void attempted(int count) {
		this.attempts.record(count);
	}

	@Override
	public void materializeFailed(Map<TableName, Integer> rows) {
		rows.forEach((table, count) -> materializeFailures(known(table.toString())).increment(count));
	}

	@Override
	public void absorbed(long entries) {
		this.absorbed.increment(entries);
	}

	@Override
	public void compacted(long entries) {
		this.compacted.increment(entries);
	}

	@Override
	public void expired(long rows) {
		this.expired.increment(rows);
	}

	@Override
	public void compactionsDue(int streams) {
		this.compactionsDue.set(streams);
	}

	@Override
	public void requestFailed(Throwable failure) {
		Counter.builder("oversync.requests.failed")
			.description("Requests of all endpoints that were answered with an error, by cause")
			.tag("cause", FailureCause.outcome(failure))
			.register(this.registry)
			.increment();
	}

	/** Of a map with all keys. */
	private static <K, V> V get(Map<K, V> map, K key) {
		return Objects.requireNonNull(map.get(key));
	}

	private static String lower(Enum<?> value) {
		return value.name().toLowerCase(Locale.ROOT);
	}

	private record ChangeKey(String table, String outcome, String reason) {
	}

}
