/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.console;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Semaphore;

import io.oversync.internal.catalog.SyncedTable;
import io.oversync.internal.console.ConsoleViews.Change;
import io.oversync.internal.console.ConsoleViews.DeviceLine;
import io.oversync.internal.console.ConsoleViews.Devices;
import io.oversync.internal.console.ConsoleViews.Entries;
import io.oversync.internal.console.ConsoleViews.Entry;
import io.oversync.internal.console.ConsoleViews.Failures;
import io.oversync.internal.console.ConsoleViews.FailureView;
import io.oversync.internal.console.ConsoleViews.Overview;
import io.oversync.internal.console.ConsoleViews.Session;
import io.oversync.internal.console.ConsoleViews.TableView;
import io.oversync.internal.console.ConsoleViews.UserLine;
import io.oversync.internal.console.ConsoleViews.UserView;
import io.oversync.internal.console.ConsoleViews.Users;
import io.oversync.internal.console.ConsoleViews.Version;
import io.oversync.internal.console.ConsoleViews.Versions;
import io.oversync.internal.console.OperatorJobs.Task;
import io.oversync.internal.service.CurrentEpoch;
import io.oversync.internal.service.EngineStatistics;
import io.oversync.internal.service.OperatorReads;
import io.oversync.internal.service.OperatorReads.DevicePage;
import io.oversync.internal.service.OperatorReads.DeviceSearch;
import io.oversync.internal.service.OperatorReads.UserDetails;
import io.oversync.internal.service.OperatorReads.UserPage;
import io.oversync.internal.service.SyncEngine;
import io.oversync.internal.store.OperatorStore.Counts;
import io.oversync.internal.store.OperatorStore.DevicePlace;
import io.oversync.internal.store.OperatorStore.EntryKey;
import io.oversync.internal.store.OperatorStore.EntryRow;
import io.oversync.internal.store.OperatorStore.OpenFailure;
import io.oversync.protocol.ErrorCode;
import io.oversync.protocol.SyncActor;
import io.oversync.protocol.SyncException;
import io.oversync.protocol.TableName;
import io.oversync.service.Rematerialization;
import io.oversync.service.StreamCompaction;
import io.oversync.service.SyncChecks;
import io.oversync.service.SyncDevices;
import jakarta.servlet.http.HttpServletRequest;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What the console's scripts ask for. Reads are bounded in rows and time
 * ({@link OperatorReads}); each change is logged with the name of the operator.
 */
public final class ConsoleApi {

	private static final Log logger = LogFactory.getLog(ConsoleApi.class);

	/** Asks for retries, and has no stream of its own. */
	private static final String NO_DEVICE = "oversync";

	/** The most versions of a row that are compared. */
	private static final int MOST_VERSIONS = 20;

	/** Devices need the connections of the pool, too. */
	private static final int MOST_READS = 3;

	private final Semaphore reads = new Semaphore(MOST_READS);

	private final SyncEngine engine;

	private final SyncDevices devices;

	private final StreamCompaction compaction;

	private final CurrentEpoch epoch;

	private final Activity activity;

	private final ConflictLog conflicts;

	private final OperatorJobs jobs;

	private final boolean compacting;

	private final RecentNumbers numbers;

	/**
	 * Creates the API.
	 * @param engine the engine
	 * @param devices the devices of users
	 * @param compaction compacts streams
	 * @param epoch the name of the server's history
	 * @param node what this node knows by itself
	 */
	public ConsoleApi(SyncEngine engine, SyncDevices devices, StreamCompaction compaction, CurrentEpoch epoch,
			Node node) {
		this.engine = engine;
		this.devices = devices;
		this.compaction = compaction;
		this.epoch = epoch;
		this.activity = node.activity();
		this.conflicts = node.conflicts();
		this.jobs = node.jobs();
		this.compacting = node.compacting();
		this.numbers = new RecentNumbers(engine::statistics, System::nanoTime);
	}

	/**
	 * Answers a request that changes nothing.
	 * @param name what is asked for
	 * @param query its parameters
	 * @return the answer, null if there is none
	 */
	@Nullable Object read(String name, Query query) {
		if (!this.reads.tryAcquire()) {
			throw new SyncException(ErrorCode.TEMPORARILY_UNAVAILABLE,
					"The console reads " + MOST_READS + " things at a time; try again");
		}
		try {
			return find(name, query);
		}
		finally {
			this.reads.release();
		}
	}

	private @Nullable Object find(String name, Query query) {
		return switch (name) {
			case "session" -> new Session(query.operator(), ConsoleAccess.csrf(query.request()));
			case "overview" -> overview();
			case "users" -> users(query.text("prefix", ""), query.optional("after"));
			case "user" -> user(query.required("user"));
			case "devices" -> devices(query);
			case "entries" -> entries(query.required("user"), query.number("before", Long.MAX_VALUE));
			case "entry" -> change(query.required("user"), query.number("id", 0));
			case "row" ->
				versions(query.required("user"), TableName.parse(query.required("table")), uuid(query.required("pk")));
			case "failures" -> failures(query);
			case "conflicts" -> this.conflicts.last();
			case "epochs" -> this.engine.operatorReads().epochs();
			case "jobs" -> this.jobs.last();
			default -> null;
		};
	}

	private Overview overview() {
		EngineStatistics numbers = this.numbers.get();
		return new Overview(this.epoch.name(), numbers.streams(), numbers.openFailures(), numbers.waitingRows(),
				numbers.waitingFor().toSeconds(), this.engine.watches().size(),
				this.engine.countDownloadsBeyondTheHead(), this.compacting,
				this.engine.catalog().tables().stream().map((table) -> table(table, numbers)).toList(),
				this.activity.lastHour());
	}

	private static TableView table(SyncedTable table, EngineStatistics numbers) {
		return new TableView(table.name().toString(), table.materialized(), table.captured(), table.ownerColumn(),
				table.problem(), numbers.failures().getOrDefault(table.name(), 0L));
	}

	private Users users(String prefix, @Nullable String after) {
		UserPage page = this.engine.operatorReads().users(prefix, after);
		List<UserLine> users = page.users().stream().map((user) -> {
			Counts counts = page.counts().getOrDefault(user.streamId(), new Counts(0, null, 0));
			return new UserLine(user.userId(), user.head(), counts.devices(), counts.lastSeen(), counts.failures());
		}).toList();
		return new Users(users, page.next());
	}

	private @Nullable UserView user(String id) {
		UserDetails user = this.engine.operatorReads().user(id);
		return (user != null) ? new UserView(id, user.stream().head(), user.compacted(), this.devices.list(id),
				this.engine.operatorReads().failuresOf(id, 0).stream().map(FailureView::of).toList()) : null;
	}

	private Devices devices(Query query) {
		String stream = query.optional("stream");
		DevicePlace after = (stream != null) ? new DevicePlace(number("stream", stream), query.required("after"))
				: null;
		DevicePage page = this.engine.operatorReads()
			.devices(new DeviceSearch(query.optional("of"), query.text("user", ""), query.text("find", "")), after);
		DevicePlace next = page.next();
		return new Devices(page.devices().stream().map(DeviceLine::of).toList(),
				(next != null) ? Long.toString(next.streamId()) : null, (next != null) ? next.sourceId() : null);
	}

	private Entries entries(String user, long before) {
		List<EntryRow> rows = this.engine.operatorReads().entries(user, before);
		Long next = (rows.size() == OperatorReads.PAGE) ? rows.get(rows.size() - 1).serverId() : null;
		return new Entries(rows.stream().map(Entry::of).toList(), next);
	}

	private @Nullable Change change(String user, long id) {
		List<EntryRow> rows = this.engine.operatorReads().entry(user, id);
		return rows.isEmpty() ? null : Change.of(rows.get(0), (rows.size() > 1) ? rows.get(1) : null);
	}

	private Versions versions(String user, TableName table, UUID pk) {
		List<EntryRow> rows = this.engine.operatorReads().versions(user, new EntryKey(table, pk), MOST_VERSIONS + 1);
		List<Version> versions = new ArrayList<>();
		for (int i = 0; i < Math.min(rows.size(), MOST_VERSIONS); i++) {
			EntryRow before = (i + 1 < rows.size()) ? rows.get(i + 1) : null;
			versions.add(new Version(Entry.of(rows.get(i)), Change.of(rows.get(i), before)));
		}
		return new Versions(table.toString(), pk.toString(), versions, rows.size() > MOST_VERSIONS);
	}

	private Failures failures(Query query) {
		String user = query.optional("user");
		List<OpenFailure> rows = (user != null) ? this.engine.operatorReads().failuresOf(user, query.number("after", 0))
				: this.engine.operatorReads()
					.failures(query.number("stream", Long.MIN_VALUE), query.number("after", 0));
		OpenFailure last = (rows.size() == OperatorReads.PAGE) ? rows.get(rows.size() - 1) : null;
		return new Failures(rows.stream().map(FailureView::of).toList(),
				(last != null) ? Long.toString(last.streamId()) : null,
				(last != null) ? Long.toString(last.id()) : null);
	}

	/**
	 * Carries out a change.
	 * @param name what is wanted
	 * @param body its parameters
	 * @param operator who wants it
	 * @return what came of it, null if there is no such change
	 */
	@Nullable Object change(String name, JsonNode body, String operator) {
		return switch (name) {
			case "device" -> device(body, operator);
			case "retry" -> retry(required(body, "user"), body.path("failure").asString(""), operator);
			case "job" -> job(body, operator);
			case "cancel" -> cancel(body, operator);
			default -> null;
		};
	}

	private Map<String, Boolean> device(JsonNode body, String operator) {
		String user = required(body, "user");
		String device = required(body, "device");
		String action = required(body, "action");
		boolean changed = switch (action) {
			case "revoke" -> this.devices.revoke(user, device);
			case "restore" -> this.devices.restore(user, device);
			case "forget" -> this.devices.forget(user, device);
			case "rename" -> this.devices.rename(user, device, optional(body, "name"));
			default -> throw new IllegalArgumentException("There is no action '" + action + "'");
		};
		log(operator, action + " device", user, device);
		return Map.of("changed", changed);
	}

	private Object retry(String user, String failure, String operator) {
		log(operator, "retry failure", user, failure);
		return this.engine.retryMaterializeFailure(new SyncActor(user, NO_DEVICE), number("failure", failure));
	}

	private OperatorJobs.Job job(JsonNode body, String operator) {
		Task task = new Task(required(body, "kind"), optional(body, "table"), optional(body, "user"),
				body.path("percent").asInt(100));
		OperatorJobs.Job job = switch (task.kind()) {
			case OperatorJobs.CHECK -> check(task, operator);
			case "rematerialize" -> {
				Rematerialization.Request request = new Rematerialization.Request(
						TableName.parse(required(body, "table")), task.user(), true);
				yield this.jobs.start(task, operator, (run) -> this.engine.rematerialize(request));
			}
			case "preview", "compact" -> {
				String user = required(body, "user");
				yield this.jobs.start(task, operator, (run) -> task.kind().equals("compact")
						? this.compaction.compact(user) : this.compaction.preview(user));
			}
			default -> throw new IllegalArgumentException("There is no job '" + task.kind() + "'");
		};
		log(operator, "start " + task.kind(), task.user(), task.table());
		return job;
	}

	private OperatorJobs.Job check(Task task, String operator) {
		if (task.table() == null) {
			throw new IllegalArgumentException("'table' is missing");
		}
		SyncChecks.Request request = new SyncChecks.Request(TableName.parse(task.table()), task.user(), task.percent());
		return this.jobs.start(task, operator, (run) -> this.engine.check(request, run::differs, run::goesOn));
	}

	private Map<String, Boolean> cancel(JsonNode body, String operator) {
		long number = number("job", body.path("job").asString(""));
		boolean cancelled = this.jobs.cancel(number, operator);
		if (cancelled) {
			log(operator, "cancel job " + number, null, null);
		}
		return Map.of("cancelled", cancelled);
	}

	/** Names come from outside: without line breaks, a line of the log stays one. */
	private static void log(String operator, String action, @Nullable String user, @Nullable String object) {
		if (logger.isInfoEnabled()) {
			logger.info("Console: operator '" + printable(operator) + "', " + printable(action) + ", user '"
					+ printable(user) + "', '" + printable(object) + "'");
		}
	}

	static String printable(@Nullable String text) {
		return (text != null) ? text.replaceAll("[\\p{Cntrl}\\p{Zl}\\p{Zp}]", "?") : "";
	}

	private static String required(JsonNode body, String name) {
		String value = optional(body, name);
		if (value == null) {
			throw new IllegalArgumentException("'" + name + "' is missing");
		}
		return value;
	}

	private static @Nullable String optional(JsonNode body, String name) {
		String value = body.path(name).asString("");
		return value.isEmpty() ? null : usable(name, value);
	}

	/** PostgreSQL takes no NUL. */
	private static String usable(String name, String value) {
		if (value.indexOf('\0') >= 0) {
			throw new IllegalArgumentException("'" + name + "' has a character that no id has");
		}
		return value;
	}

	private static UUID uuid(String text) {
		try {
			return UUID.fromString(text);
		}
		catch (IllegalArgumentException ex) {
			throw new IllegalArgumentException("'pk' is not a UUID", ex);
		}
	}

	private static long number(String name, String text) {
		try {
			return Long.parseLong(text);
		}
		catch (NumberFormatException ex) {
			throw new IllegalArgumentException("'" + name + "' is not a whole number", ex);
		}
	}

	/**
	 * What a node knows by itself.
	 *
	 * @param activity what it did
	 * @param conflicts the conflicts that it answered
	 * @param jobs the jobs that it runs
	 * @param compacting whether streams are compacted in the background
	 */
	public record Node(Activity activity, ConflictLog conflicts, OperatorJobs jobs, boolean compacting) {
	}

	/**
	 * The parameters of a request.
	 *
	 * @param request the request
	 * @param operator who is asking
	 */
	record Query(HttpServletRequest request, String operator) {

		@Nullable String optional(String name) {
			String value = this.request.getParameter(name);
			return (value == null || value.isEmpty()) ? null : usable(name, value);
		}

		String text(String name, String otherwise) {
			String value = optional(name);
			return (value != null) ? value : otherwise;
		}

		String required(String name) {
			String value = optional(name);
			if (value == null) {
				throw new IllegalArgumentException("'" + name + "' is missing");
			}
			return value;
		}

		long number(String name, long otherwise) {
			String value = optional(name);
			return (value != null) ? ConsoleApi.number(name, value) : otherwise;
		}

	}

}
