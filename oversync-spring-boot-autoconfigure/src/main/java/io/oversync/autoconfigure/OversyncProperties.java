/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.autoconfigure;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.oversync.internal.capture.CaptureMode;
import io.oversync.internal.catalog.OversyncStartupException;
import io.oversync.internal.catalog.Relation;
import io.oversync.internal.catalog.TableRegistration;
import io.oversync.internal.store.SchemaMode;
import io.oversync.protocol.TableName;
import io.oversync.protocol.UploadLimits;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * The properties {@code oversync.*}.
 *
 * @param enabled Whether Oversync is active at all.
 * @param basePath Path of the sync endpoints, below the application's context path.
 * @param adminPath Path of the endpoints for rows that could not be written.
 * @param registeredTables Tables to synchronise: schema.table each, or an entry with
 * name, owner-column, materialize, read-only-columns and capture.
 * @param restoredAt What the operator calls the last restore of the database from a
 * backup, such as its time: a new text tells clients to compare what they have with it.
 * @param schema Settings of the schema 'sync'.
 * @param capture Settings of the capture of what the application itself writes.
 * @param identity Settings of user and device.
 * @param requestTimeout Longest time that a request may take once its body has come in,
 * including all waits for locks, statements and connections. A longer request is rolled
 * back and answered 503.
 * @param concurrency Settings of what one user may do at a time.
 * @param upload Settings of uploads.
 * @param download Settings of downloads.
 * @param foreignKeys Settings of foreign keys.
 * @param devices Settings of the list of devices.
 * @param watch Settings of devices that wait for news.
 * @param retention Settings of how long what is kept of streams.
 * @param metrics Settings of meters, in an application with Micrometer.
 * @param openapi Settings of the description of the endpoints.
 * @param datasource Name of the DataSource bean with the registered tables, in an
 * application that has several.
 */
@ConfigurationProperties("oversync")
public record OversyncProperties(@DefaultValue("true") boolean enabled, @DefaultValue("/sync") String basePath,
		@DefaultValue("/admin") String adminPath, @DefaultValue List<RegisteredTable> registeredTables,
		@Nullable String restoredAt, @DefaultValue Schema schema, @DefaultValue Capture capture,
		@DefaultValue Identity identity, @DefaultValue("8s") Duration requestTimeout,
		@DefaultValue Concurrency concurrency, @DefaultValue Upload upload, @DefaultValue Download download,
		@DefaultValue ForeignKeys foreignKeys, @DefaultValue Devices devices, @DefaultValue Watch watch,
		@DefaultValue Retention retention, @DefaultValue Metrics metrics, @DefaultValue OpenApi openapi,
		@Nullable String datasource) {

	public OversyncProperties {
		PropertyChecks.path("oversync.base-path", basePath);
		PropertyChecks.path("oversync.admin-path", adminPath);
		PropertyChecks.duration("oversync.request-timeout", requestTimeout, Duration.ofSeconds(1),
				Duration.ofMinutes(10));
		if (restoredAt != null) {
			PropertyChecks.text("oversync.restored-at", restoredAt, 200);
		}
		registeredTables = List.copyOf(registeredTables);
		refuseDuplicates(registeredTables);
	}

	/**
	 * Returns the tables that are registered for sync.
	 * @return one registration for each table, in the order of the entries
	 */
	public List<TableRegistration> registrations() {
		boolean capture = this.capture.mode() != CaptureMode.OFF;
		return this.registeredTables.stream()
			.map(RegisteredTable::toRegistration)
			.map((registration) -> registration.withCapture(capture && registration.capture()))
			.toList();
	}

	private static void refuseDuplicates(List<RegisteredTable> entries) {
		Map<TableName, Relation> seen = new HashMap<>();
		for (RegisteredTable entry : entries) {
			TableName table = entry.tableName();
			Relation other = seen.put(table, entry.relation());
			if (other != null && !other.equals(entry.relation())) {
				throw new OversyncStartupException(
						"oversync.registered-tables has entries for %s and %s, but devices know both as %s."
							.formatted(other, entry.relation(), table),
						"Keep one of them, or rename one of the tables: names must differ in more than case.");
			}
			if (other != null) {
				throw new OversyncStartupException(
						"oversync.registered-tables has two entries for %s.".formatted(table), "Keep one of them.");
			}
		}
	}

	/**
	 * Settings of the schema {@code sync}.
	 *
	 * @param mode What to do about the schema 'sync' at start-up: create and migrate it,
	 * only validate its version, or nothing.
	 */
	public record Schema(@DefaultValue("migrate") SchemaMode mode) {
	}

	/**
	 * Settings of the capture of what the application itself writes.
	 *
	 * @param mode What to do at start-up about the triggers that note what the
	 * application itself writes: create and replace them, only check them, or nothing.
	 * @param interval How long what the application has written may wait at most until it
	 * is in the streams; a device that asks has it at once.
	 */
	public record Capture(@DefaultValue("migrate") CaptureMode mode, @DefaultValue("1s") Duration interval) {

		public Capture {
			PropertyChecks.duration("oversync.capture.interval", interval, Duration.ofMillis(10), Duration.ofDays(1));
		}

	}

	/**
	 * Settings of user and device.
	 *
	 * @param userClaim Claim of the token that holds the user's id.
	 * @param sourceClaim Claim of the token that holds the device's id.
	 * @param sourceHeader Request header that holds the device's id when no claim does.
	 * @param sourceFrom Where the device's id comes from when there is a token: its claim
	 * and, if it has none, the header (claim-or-header), or its claim alone (claim). A
	 * claim always wins over the header.
	 */
	public record Identity(@DefaultValue("sub") String userClaim, @DefaultValue("did") String sourceClaim,
			@DefaultValue("Oversync-Source-ID") String sourceHeader,
			@DefaultValue("claim-or-header") SourceFrom sourceFrom) {

		public Identity {
			PropertyChecks.name("oversync.identity.user-claim", userClaim);
			PropertyChecks.name("oversync.identity.source-claim", sourceClaim);
			PropertyChecks.header("oversync.identity.source-header", sourceHeader);
		}

	}

	/** Where the device's id comes from when a request has a token. */
	public enum SourceFrom {

		/** The claim of the token; the header if the token has no such claim. */
		CLAIM_OR_HEADER,
		/** The claim of the token, and nothing else. */
		CLAIM

	}

	/**
	 * Limits of what one user may do at a time, in one process.
	 *
	 * @param connectionsPerUser Most database connections that one user holds at a time.
	 * Uploads take one of them, one upload after the other.
	 * @param waitingPerUser Most requests of one user that wait for a connection of
	 * theirs. More are answered 503 at once.
	 * @param requestsPerUser Most requests of one user that are let in at a time. More
	 * are answered 503 at once, before their bodies are read.
	 * @param requests Most requests that are let in at a time, of all users. More are
	 * answered 503 at once. Three quarters of server.tomcat.threads.max, or of
	 * server.jetty.threads.max, unless set.
	 * @param guardTomcat Whether to keep Tomcat from reading the rest of a request for
	 * long after its answer, and from keeping most of its connections open. Applies to
	 * all requests, not to those for sync alone.
	 */
	public record Concurrency(@DefaultValue("2") int connectionsPerUser, @DefaultValue("16") int waitingPerUser,
			@DefaultValue("16") int requestsPerUser, @Nullable Integer requests,
			@DefaultValue("true") boolean guardTomcat) {

		public Concurrency {
			PropertyChecks.range("oversync.concurrency.connections-per-user", connectionsPerUser, 1, 1000);
			PropertyChecks.range("oversync.concurrency.waiting-per-user", waitingPerUser, 0, 10_000);
			PropertyChecks.range("oversync.concurrency.requests-per-user", requestsPerUser, 1, 10_000);
			if (requests != null) {
				PropertyChecks.range("oversync.concurrency.requests", requests, 1, 100_000);
			}
		}

	}

	/**
	 * Settings of uploads.
	 *
	 * @param maxRequestSize Largest body of an upload. Larger ones are refused as a
	 * whole.
	 * @param maxPayloadSize Largest payload of one change. A change with a larger one is
	 * invalid.
	 * @param maxNestingDepth Deepest nesting of JSON in a payload, 1 to 1000.
	 * @param maxChanges Most changes in one upload, 0 for any number.
	 * @param watermark What highest_server_seq of an upload's answer is: the user's
	 * highest committed change, or a value that is safe for old clients which move their
	 * download cursor to it.
	 * @param lockTimeout Longest wait for other uploads of the same user. For any other
	 * lock an upload waits this long, too, but never more than half a second.
	 * @param maxAttempts How often an upload is tried when the database refuses it for a
	 * transient reason.
	 * @param minRate Bytes a second at which a body must come in, on average, beyond its
	 * time of grace. A slower one is answered 503 and its connection closed.
	 * @param grace Time that a body may take at any rate.
	 * @param memory Memory that all uploads together may take at a time, about four times
	 * the size of their bodies and 1KB for each change. Half of the largest heap unless
	 * set.
	 * @param maxConflictSize Largest total size of the rows that conflicts show in one
	 * answer. Further conflicts are answered so that clients send them again. Default:
	 * 64MB, or a sixteenth of the heap if that is less.
	 */
	public record Upload(@DefaultValue("64MB") DataSize maxRequestSize, @DefaultValue("16MB") DataSize maxPayloadSize,
			@DefaultValue("500") int maxNestingDepth, @DefaultValue("0") int maxChanges,
			@DefaultValue("highest") Watermark watermark, @DefaultValue("2s") Duration lockTimeout,
			@DefaultValue("4") int maxAttempts, @DefaultValue("8KB") DataSize minRate,
			@DefaultValue("20s") Duration grace, @Nullable DataSize memory, @Nullable DataSize maxConflictSize) {

		private static final DataSize LEAST_MEMORY = DataSize.ofMegabytes(1);

		public Upload {
			PropertyChecks.size("oversync.upload.max-request-size", maxRequestSize);
			PropertyChecks.size("oversync.upload.max-payload-size", maxPayloadSize);
			PropertyChecks.range("oversync.upload.max-nesting-depth", maxNestingDepth, 1, 1000);
			PropertyChecks.range("oversync.upload.max-changes", maxChanges, 0, Integer.MAX_VALUE);
			PropertyChecks.range("oversync.upload.max-attempts", maxAttempts, 1, 100);
			if (maxConflictSize != null) {
				PropertyChecks.size("oversync.upload.max-conflict-size", maxConflictSize);
			}
			// 0 would mean forever to PostgreSQL
			PropertyChecks.duration("oversync.upload.lock-timeout", lockTimeout, Duration.ofMillis(1),
					Duration.ofHours(1));
			PropertyChecks.size("oversync.upload.min-rate", minRate);
			PropertyChecks.duration("oversync.upload.grace", grace, Duration.ofMillis(1), Duration.ofHours(1));
			if (memory != null && memory.compareTo(LEAST_MEMORY) < 0) {
				throw PropertyChecks.bad("oversync.upload.memory", memory, "it must be at least 1MB",
						"Write a size with its unit, such as 256MB, or remove the property for half of the heap.");
			}
		}

		UploadLimits limits() {
			return new UploadLimits(this.maxRequestSize.toBytes(), (int) this.maxPayloadSize.toBytes(),
					this.maxNestingDepth);
		}

		long memoryBytes() {
			return (this.memory != null) ? this.memory.toBytes() : Runtime.getRuntime().maxMemory() / 2;
		}

	}

	/**
	 * Settings of downloads.
	 *
	 * @param answersPerUser Most downloads of one user that are answered at a time, by
	 * one process. More are answered 503 before anything is read.
	 * @param minRate Bytes a second at which a client must take an answer, on average,
	 * beyond its time of grace. The connection of a slower one is closed.
	 * @param grace Time that an answer may take at any rate.
	 * @param longestChanges Time after which an answer with all changes up to the head
	 * ends before the head, so that its client asks for the rest in turn with others.
	 */
	public record Download(@DefaultValue("8") int answersPerUser, @DefaultValue("2KB") DataSize minRate,
			@DefaultValue("60s") Duration grace, @DefaultValue("30s") Duration longestChanges) {

		public Download {
			PropertyChecks.range("oversync.download.answers-per-user", answersPerUser, 1, 10_000);
			PropertyChecks.size("oversync.download.min-rate", minRate);
			PropertyChecks.duration("oversync.download.grace", grace, Duration.ofMillis(1), Duration.ofHours(1));
			PropertyChecks.duration("oversync.download.longest-changes", longestChanges, Duration.ofMillis(1),
					Duration.ofHours(1));
		}

	}

	/**
	 * Settings of the list of devices.
	 *
	 * @param interval Shortest time between two writes of when a device was seen and of
	 * what it has. A request itself writes nothing.
	 */
	public record Devices(@DefaultValue("30s") Duration interval) {

		public Devices {
			PropertyChecks.duration("oversync.devices.interval", interval, Duration.ofSeconds(1), Duration.ofDays(1));
		}

	}

	/**
	 * Settings of meters.
	 *
	 * @param enabled Whether the engine has meters.
	 * @param interval Time between two readings of the gauges that need the database. A
	 * scrape itself makes no query.
	 */
	public record Metrics(@DefaultValue("true") boolean enabled, @DefaultValue("1m") Duration interval) {

		public Metrics {
			PropertyChecks.duration("oversync.metrics.interval", interval, Duration.ofSeconds(1), Duration.ofDays(1));
		}

	}

	/**
	 * Settings of devices that wait for news.
	 *
	 * @param pollInterval Time between two queries for news from other nodes and from
	 * writes of the application. One query for all that are waiting, none while nothing
	 * waits.
	 * @param heartbeat Time between two signs of life to a device that watches.
	 * @param perUser Most devices of one user that may wait at a time, on one node. More
	 * are answered 429.
	 * @param total Most devices that may wait at a time, on one node. More are answered
	 * 429. By default as many as a quarter of the heap holds, 20000 at most.
	 * @param listen Whether nodes tell each other of changes at once, by LISTEN and
	 * NOTIFY. Takes two connections for as long as the node runs.
	 * @param listenDatasource Name of the DataSource bean with these connections, where
	 * the usual one goes through a pooler that shares sessions (PgBouncer). By default,
	 * the usual one.
	 */
	public record Watch(@DefaultValue("500ms") Duration pollInterval, @DefaultValue("20s") Duration heartbeat,
			@DefaultValue("20") int perUser, @Nullable Integer total, @DefaultValue("false") boolean listen,
			@Nullable String listenDatasource) {

		public Watch {
			PropertyChecks.duration("oversync.watch.poll-interval", pollInterval, Duration.ofMillis(10),
					Duration.ofMinutes(10));
			PropertyChecks.duration("oversync.watch.heartbeat", heartbeat, Duration.ofMillis(100),
					Duration.ofMinutes(10));
			PropertyChecks.range("oversync.watch.per-user", perUser, 0, 100_000);
			if (total != null) {
				PropertyChecks.range("oversync.watch.total", total, 0, 1_000_000);
			}
		}

		/** The web server keeps the buffers of each: about 110 KB. */
		int places() {
			return (this.total != null) ? this.total
					: (int) Math.min(20_000, Runtime.getRuntime().maxMemory() / 4 / 110_000);
		}

	}

	/**
	 * Settings of how long what is kept of streams.
	 *
	 * @param enabled Whether entries of streams that later ones repeat are removed in the
	 * background.
	 * @param changes Age up to which all entries of a stream stay. So long a device may
	 * send an upload again and is answered exactly as before.
	 * @param devices Time after which a device that was not seen no longer holds back the
	 * removal of entries that it has not received.
	 * @param interval Shortest time between two compactions of a stream.
	 * @param tombstones Age after which nothing is left of a deleted row. A device that
	 * was away for longer has to begin again, which field clients do not do by
	 * themselves. By default, tombstones stay.
	 */
	public record Retention(@DefaultValue("false") boolean enabled, @DefaultValue("7d") Duration changes,
			@DefaultValue("180d") Duration devices, @DefaultValue("1d") Duration interval,
			@Nullable Duration tombstones) {

		private static final Duration LONGEST = Duration.ofDays(36_500);

		public Retention {
			PropertyChecks.duration("oversync.retention.changes", changes, Duration.ofHours(1), LONGEST);
			PropertyChecks.duration("oversync.retention.devices", devices, Duration.ofDays(1), LONGEST);
			PropertyChecks.duration("oversync.retention.interval", interval, Duration.ofHours(1), LONGEST);
			if (devices.compareTo(changes) < 0) {
				throw PropertyChecks.bad("oversync.retention.devices", devices,
						"it must not be shorter than oversync.retention.changes",
						"Write the longest time that a device may be away, such as 180d.");
			}
			if (tombstones != null) {
				PropertyChecks.duration("oversync.retention.tombstones", tombstones, Duration.ofDays(1), LONGEST);
				if (tombstones.compareTo(devices) < 0) {
					throw PropertyChecks.bad("oversync.retention.tombstones", tombstones,
							"it must not be shorter than oversync.retention.devices",
							"Write the time after which a device that was away may have to begin again, such as 400d, or"
									+ " remove the property to keep all tombstones.");
				}
			}
		}

	}

	/** The meaning of {@code highest_server_seq} in the answer to an upload. */
	public enum Watermark {

		/** The user's highest committed server_id. */
		HIGHEST,
		/**
		 * The client's own value, while changes of other devices lie above it.
		 */
		SAFE

	}

	/**
	 * Settings of foreign keys.
	 *
	 * @param makeDeferrable Whether foreign keys between registered tables are altered to
	 * DEFERRABLE INITIALLY DEFERRED at start-up where they are not deferrable.
	 */
	public record ForeignKeys(@DefaultValue("false") boolean makeDeferrable) {
	}

	/**
	 * Settings of the description of the endpoints.
	 *
	 * @param enabled Whether the OpenAPI description of the endpoints is served at
	 * openapi.yaml below the base path, to all that the application's security admits.
	 */
	public record OpenApi(@DefaultValue("false") boolean enabled) {
	}

}
