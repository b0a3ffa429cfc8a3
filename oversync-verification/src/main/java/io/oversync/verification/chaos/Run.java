/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.Supplier;

import io.oversync.client.NetworkException;
import io.oversync.client.ServerException;
import io.oversync.verification.device.Device;
import io.oversync.verification.device.ServerTables;
import io.oversync.verification.device.Settlement;
import io.oversync.verification.device.StreamReader;
import io.oversync.verification.device.Together;
import io.oversync.verification.device.UnreachableServerException;
import io.oversync.verification.device.WireEntry;
import org.jspecify.annotations.Nullable;

/**
 * Runs a workload with new users and collects the evidence.
 */
final class Run implements AutoCloseable {

	/** A server that was just killed or cut off may fail a few times more. */
	private static final Duration PATIENCE = Duration.ofSeconds(30);

	/** So often the connections of devices that watch break off. */
	private static final int ROUNDS_CONNECTED = 4;

	private final Workload workload;

	private final String name;

	private final Setting setting;

	private final Counters counters;

	private final FaultProxy proxy;

	private final Map<Integer, TrafficLog> ledgers = new TreeMap<>();

	private final Map<String, Role> lanes = new TreeMap<>();

	private final Map<Role, DeviceDriver> actors = new TreeMap<>();

	private final Map<Integer, Follower> followers = new TreeMap<>();

	private final @Nullable ApplicationActor application;

	private final Map<Integer, Auditor> auditors = new TreeMap<>();

	private final Revocations revocations = new Revocations();

	private final LostTimes lostTimes = new LostTimes(System.nanoTime());

	private final Map<Integer, List<Expired>> expiries = new ConcurrentHashMap<>();

	private final List<Violation> failures = new CopyOnWriteArrayList<>();

	private final List<String> log = new CopyOnWriteArrayList<>();

	private Run(Workload workload, String name, Setting setting, Counters counters) {
		this.workload = workload;
		this.name = name;
		this.setting = setting;
		this.counters = counters;
		for (Role role : workload.cast()) {
			this.lanes.put(DeviceDriver.lane(role), role);
			this.ledgers.computeIfAbsent(role.user(), (user) -> new TrafficLog());
		}
		String url = setting.databaseUrl();
		this.application = (setting.application() && url != null) ? new ApplicationActor(url, setting.tables(),
				this.ledgers.keySet().stream().map(this::user).toList(), counters) : null;
		this.proxy = FaultProxy.start(setting.addresses(), this::delivered);
	}

	/**
	 * Runs a workload.
	 * @param workload the workload
	 * @param the name of this run, unique on the server
	 * @param setting the server and its surroundings
	 * @param counters counts events
	 * @return the result
	 */
	static RunResult of(Workload workload, String name, Setting setting, Counters counters) {
		try (Run performance = new Run(workload, name, setting, counters)) {
			return performance.perform();
		}
	}

	private String user(int number) {
		return this.name + "-" + (number + 1);
	}

	private void delivered(Delivery delivery) {
		Role role = this.lanes.get(delivery.lane());
		TrafficLog trafficLog = (role != null) ? this.ledgers.get(role.user()) : null;
		if (trafficLog != null && role != null) {
			this.counters.count("requests");
			trafficLog.delivered(DeviceDriver.name(role), delivery);
		}
		else {
			// sends what a server that was put back has lost
			this.ledgers.forEach((user, log) -> {
				if (delivery.lane().equals(Follower.lane(user(user)))) {
					log.delivered(Follower.NAME, delivery);
				}
			});
		}
	}

	private RunResult perform() {
		List<Round> rounds = this.workload.rounds();
		int no = 0;
		while (no < rounds.size() && rounds.get(no).isOfTheApplication()) {
			// before the server has ever heard of the users
			play(no + 1, rounds.get(no));
			no++;
		}
		open();
		for (; no < rounds.size(); no++) {
			play(no + 1, rounds.get(no));
		}
		if (this.application != null) {
			this.application.finish().forEach((outcome) -> this.log.add("in the end, " + outcome));
		}
		List<Violation> violations = new ArrayList<>();
		this.actors.values().forEach((actor) -> {
			this.proxy.plan(actor.lane(), List.of());
			this.proxy.flush(actor.lane());
			actor.admit();
		});
		Map<Integer, String> unrest = new ConcurrentHashMap<>();
		Together
			.run(this.ledgers.keySet().stream().<Runnable>map((user) -> () -> unrest.put(user, settle(user))).toList());
		Together.run(this.followers.keySet().stream().<Runnable>map((user) -> () -> awaitFollower(user)).toList());
		this.auditors.values().forEach(Auditor::close);
		countFaults();
		for (int user : this.ledgers.keySet()) {
			violations.addAll(Rules.check(evidence(user, unrest.getOrDefault(user, ""))));
		}
		violations.addAll(this.failures);
		return new RunResult(violations, List.copyOf(this.log));
	}

	private void countFaults() {
		this.proxy.suffered().forEach((kind, count) -> {
			if (kind != Fault.Kind.NONE) {
				this.counters.add("faults", count);
			}
		});
	}

	private void open() {
		for (int user : this.ledgers.keySet()) {
			StreamReader reader = new StreamReader(this.setting.target(), user(user));
			this.auditors.put(user, new Auditor(reader, trafficLog(user)));
		}
		for (Role role : this.lanes.values()) {
			this.actors.put(role, new DeviceDriver(role, user(role.user()), this.setting, this.proxy, this.counters,
					this.revocations));
		}
		if (this.setting.watching()) {
			this.ledgers.keySet()
				.forEach((user) -> this.followers.put(user, Follower.start(user(user), this.setting, this.proxy)));
		}
	}

	/** In the end nothing moves any more, and what was told must have arrived. */
	private void awaitFollower(int user) {
		Follower follower = this.followers.get(user);
		try {
			String lack = (follower != null) ? follower.await(new StreamReader(this.setting.target(), user(user)),
					(change) -> this.counters.count("changes given up")) : "";
			if (!lack.isEmpty()) {
				this.failures.add(new Violation("a device that watches soon has everything", user(user), lack));
			}
		}
		catch (RuntimeException ex) {
			fail(user, "The device that watches failed with " + ex);
		}
	}

	private void play(int no, Round round) {
		List<Runnable> happenings = new ArrayList<>();
		if (no % ROUNDS_CONNECTED == 0) {
			this.followers.values().forEach(Follower::breakOff);
		}
		for (Disturbance disturbance : round.disturbances()) {
			happenings.add(() -> disturb(no, disturbance));
		}
		for (Turn turn : round.turns()) {
			DeviceDriver actor = this.actors.get(turn.role());
			if (actor != null) {
				happenings.add(() -> act(no, actor, turn));
			}
		}
		ApplicationActor writer = this.application;
		if (writer != null) {
			happenings.add(() -> write(no, writer, round.transactions()));
		}
		Together.run(happenings);
	}

	private void disturb(int no, Disturbance disturbance) {
		LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(disturbance.afterMillis()));
		this.counters.count(disturbance.kind().figure());
		this.log.add("round " + no + ", " + disturbance);
		long started = System.nanoTime();
		if (disturbance.kind() == Disturbance.Kind.BACK_UP_SERVER) {
			this.lostTimes.copied(started);
		}
		if (disturbance.kind().putsBack()) {
			this.revocations.restoreBegins();
			this.setting.nemesis().disturb(disturbance.kind());
			this.lostTimes.putBack(System.nanoTime());
			this.revocations.restoreEnds();
			return;
		}
		if (disturbance.kind() == Disturbance.Kind.COMPACT) {
			compact();
			return;
		}
		if (disturbance.kind() == Disturbance.Kind.EXPIRE_TOMBSTONES) {
			expireTombstones();
			return;
		}
		this.setting.nemesis().disturb(disturbance.kind());
	}

	private void compact() {
		SecondNode node = this.setting.node();
		if (node != null) {
			this.auditors.values().forEach(Auditor::catchUp);
			this.ledgers.keySet().forEach((user) -> node.compact(user(user)));
		}
	}

	/** One after the other, so that it is known how far each one went. */
	private synchronized void expireTombstones() {
		SecondNode node = this.setting.node();
		if (node != null) {
			this.auditors.values().forEach(Auditor::catchUp);
			this.ledgers.keySet().forEach((user) -> {
				boolean known = node.knowsCursors();
				long before = node.expiredRows(user(user));
				long started = System.nanoTime();
				node.expireTombstones(user(user));
				long ended = System.nanoTime();
				if (node.expiredRows(user(user)) != before) {
					this.expiries.computeIfAbsent(user, (any) -> new CopyOnWriteArrayList<>())
						.add(new Expired(started, ended, node.retainedSince(user(user)), known));
				}
			});
		}
	}

	private void write(int no, ApplicationActor writer, List<Transaction> transactions) {
		String round = "round " + no + ", ";
		try {
			writer.endDue(no).forEach((outcome) -> this.log.add(round + outcome));
			for (Transaction transaction : transactions) {
				this.log.add(round + writer.act(no, transaction));
			}
		}
		catch (RuntimeException ex) {
			this.log.add(round + ex);
			this.ledgers.keySet().forEach((user) -> fail(user, "The application failed with " + ex));
		}
	}

	private void act(int no, DeviceDriver actor, Turn turn) {
		for (Action action : turn.actions()) {
			String what = "round " + no + ", " + actor + " ";
			try {
				this.log.add(what + actor.act(action));
			}
			catch (RuntimeException ex) {
				this.log.add(what + action + ": " + ex);
				fail(actor.role().user(), what + action + " failed with " + ex);
			}
		}
	}

	private void fail(int user, String message) {
		this.failures
			.add(new Violation("nothing fails that the network or the server has not made fail", user(user), message));
	}

	private String settle(int user) {
		long deadline = System.nanoTime() + PATIENCE.toNanos();
		try {
			return new Settlement((device) -> syncUntil(device, deadline),
					(device, change) -> this.counters.count("changes given up"))
				.settle(devices(user));
		}
		catch (RuntimeException ex) {
			fail(user, "In the end the devices could not finish: " + ex);
			return "";
		}
	}

	private List<Device> devices(int user) {
		return this.actors.values()
			.stream()
			.filter((actor) -> actor.role().user() == user)
			.map(DeviceDriver::device)
			.toList();
	}

	/** Returns the rows that the devices of a user find to differ, by device. */
	private Map<String, String> differences(int user) {
		long deadline = System.nanoTime() + PATIENCE.toNanos();
		Map<String, String> differences = new TreeMap<>();
		devices(user).forEach((device) -> {
			String found = until(deadline, device::differences);
			if (!found.isEmpty()) {
				differences.put(device.toString(), found);
			}
		});
		return differences;
	}

	private static void syncUntil(Device device, long deadline) {
		until(deadline, device.client()::sync);
	}

	private static <T> T until(long deadline, Supplier<T> exchange) {
		while (true) {
			try {
				return exchange.get();
			}
			catch (NetworkException | ServerException | UnreachableServerException ex) {
				if (System.nanoTime() > deadline) {
					throw ex;
				}
			}
		}
	}

	private UserEvidence evidence(int user, String unrest) {
		String userName = user(user);
		TrafficLog trafficLog = trafficLog(user);
		List<WireEntry> left = new StreamReader(this.setting.target(), userName).readAll();
		WholeStream whole = new WholeStream(this.setting.nemesis().removed().apply(userName));
		List<WireEntry> stream = whole.of(left);
		this.counters.add("changes in streams", stream.size());
		this.counters.add("restored rows",
				stream.stream().filter((entry) -> entry.sourceId().equals(History.SERVER) && !entry.deleted()).count());
		this.counters.add("rows that went back", stream.stream().filter(History::isSentBack).count());
		this.counters.add("pages that begin with restored rows",
				trafficLog.pages().stream().filter((seen) -> !seen.ahead().isEmpty()).count());
		Map<String, Map<String, List<String>>> contents = new TreeMap<>();
		devices(user).forEach((device) -> contents.put(device.toString(), device.rows()));
		Follower follower = this.followers.get(user);
		if (follower != null) {
			contents.put(follower.device().toString(), follower.device().rows());
			this.counters.count("devices that only watched");
		}
		this.counters.add("devices sent away",
				trafficLog.requests().stream().filter((request) -> request.status() == SentRequest.GONE).count());
		if (whole.isCompacted()) {
			this.counters.add("removed entries", (long) stream.size() - left.size());
			contents.put("the compacted stream", this.setting.tables().fold(left));
		}
		Map<String, List<String>> versions = Map.of();
		Map<String, String> failed = Map.of();
		String url = this.setting.databaseUrl();
		if (url != null) {
			ServerTables tables = new ServerTables(url, this.setting.tables());
			contents.put(AgreementRules.TABLES, tables.business(userName));
			contents.put("sync.sync_state", tables.state(userName));
			versions = tables.versions(userName);
			failed = tables.failedRows(userName);
		}
		List<LastEdit> edits = ofActors(user, DeviceDriver::lastEdits);
		List<ApplicationWrite> writes = (this.application != null) ? this.lostTimes.writes(this.application.writes())
				: List.of();
		Map<String, String> differences = differences(user);
		SecondNode node = this.setting.node();
		UserEvidence evidence = new UserEvidence(userName, this.setting.tables(),
				this.lostTimes.uploads(trafficLog.uploads()),
				this.lostTimes.pages(trafficLog.pages()).stream().map(whole::of).toList(),
				trafficLog.acknowledgements(), stream, contents, versions, edits,
				this.lostTimes.lost(trafficLog.uploads()), this.lostTimes.lostPages(trafficLog.pages()), writes, failed,
				differences, unrest, left, trafficLog.requests(), this.revocations.of(user),
				(node != null) ? node.retainedSince(userName) : 0,
				this.lostTimes.expiries(this.expiries.getOrDefault(user, List.of())),
				ofActors(user, DeviceDriver::userWrites), ofActors(user, DeviceDriver::absences));
		countExpired(new History(evidence));
		return evidence;
	}

	private void countExpired(History history) {
		this.counters.add("expired rows", history.rows().keySet().stream().filter(history::isExpired).count());
		this.counters.add("rows that came again above expired ones",
				history.rows()
					.values()
					.stream()
					.flatMap((row) -> row.stream().skip(1))
					.filter(history::beginsAboveExpired)
					.count());
	}

	private <T> List<T> ofActors(int user, Function<DeviceDriver, List<T>> evidence) {
		return this.actors.values()
			.stream()
			.filter((actor) -> actor.role().user() == user)
			.flatMap((actor) -> evidence.apply(actor).stream())
			.toList();
	}

	private TrafficLog trafficLog(int user) {
		TrafficLog trafficLog = this.ledgers.get(user);
		if (trafficLog == null) {
			throw new IllegalArgumentException("No user " + user);
		}
		return trafficLog;
	}

	@Override
	public void close() {
		this.auditors.values().forEach(Auditor::close);
		this.followers.values().forEach(Follower::close);
		this.actors.values().forEach(DeviceDriver::close);
		this.proxy.close();
		if (this.application != null) {
			this.application.close();
		}
	}

}
