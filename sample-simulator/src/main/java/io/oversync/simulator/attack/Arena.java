/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator.attack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.oversync.simulator.sample.SampleTable;
import io.oversync.simulator.sample.SampleTarget;
import io.oversync.verification.device.ServerTables;
import io.oversync.verification.device.UnreachableServerException;
import io.oversync.verification.server.KillableServer;
import org.jspecify.annotations.Nullable;

/**
 * A small server, on which attacks are played one after the other beside an honest user.
 * A server that has died is started again.
 */
final class Arena implements AutoCloseable {

	private static final String BUSY = """
			select count(*) from pg_stat_activity
			where datname = current_database() and application_name = ? and state <> 'idle'""";

	private static final int POLL_MILLIS = 100;

	/** The first requests of a server are slow without any attack. */
	private static final Duration WARM_UP = Duration.ofSeconds(5);

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private final KillableServer server;

	private final String run = Long.toString(ThreadLocalRandom.current().nextLong(1L << 40), Character.MAX_RADIX);

	private final AtomicInteger users = new AtomicInteger();

	private Arena(KillableServer server) {
		this.server = server;
	}

	/**
	 * Starts the server with the sample's settings, in 256 MB, and warms it up.
	 * @param folder the folder of its database and its logs
	 * @return the arena
	 */
	static Arena open(Path folder) {
		Arena arena = new Arena(SampleTarget.start(folder, "-Xmx256m", "-XX:+ExitOnOutOfMemoryError",
				"--spring.flyway.locations=classpath:db/migration,classpath:db/attack"));
		arena.calm(WARM_UP);
		return arena;
	}

	/**
	 * Runs the honest user without an attack.
	 * @param duration the duration
	 * @return the user's requests
	 */
	List<Call> calm(Duration duration) {
		try (HonestUser honest = new HonestUser(this.server.target(), newUser("calm"))) {
			honest.start();
			TimeUnit.NANOSECONDS.sleep(duration.toNanos());
			return honest.stop();
		}
		catch (InterruptedException ex) {
			throw interrupted(ex);
		}
	}

	/**
	 * Plays an attack.
	 * @param attack the attack
	 * @param duration its duration without the preparation
	 * @return the evidence
	 */
	AttackEvidence play(Attack attack, Duration duration) {
		restartIfStuck();
		Attacker attacker = new Attacker(this.server.target(), this.server.jdbcUrl(), newUser(attack.name()));
		try (HonestUser honest = new HonestUser(this.server.target(), newUser("honest"))) {
			long logged = logBytes();
			String obstacle = null;
			List<Call> calls = List.of();
			try {
				Attack.Strike strike = attack.plan().prepare(attacker);
				calls = play(attacker, strike, attack.connections(), honest, duration);
			}
			catch (IOException | UnreachableServerException ex) {
				obstacle = String.valueOf(ex);
				attacker.close();
			}
			Duration recovery = recovery(attacker.user());
			long busy = (recovery != null) ? busyConnections() : 0;
			boolean alive = this.server.isRunning();
			restartIfDead();
			return new AttackEvidence(obstacle, calls, honest.differences(this.server.jdbcUrl()), alive, recovery, busy,
					attacker.answers().counts(), attacker.answers().longestMillis(), logBytes() - logged);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			throw interrupted(ex);
		}
	}

	private static List<Call> play(Attacker attacker, Attack.Strike strike, int connections, HonestUser honest,
			Duration duration) throws IOException, InterruptedException {
		honest.start();
		try (Assault assault = new Assault(attacker, strike, connections)) {
			assault.start();
			TimeUnit.NANOSECONDS.sleep(duration.toNanos());
			return honest.stop();
		}
	}

	/**
	 * Waits until the attacker is served normally.
	 * @return the time until then, or null if it does not happen
	 */
	private @Nullable Duration recovery(String user) throws InterruptedException {
		long start = System.nanoTime();
		while (System.nanoTime() - start < PATIENCE.toNanos() && this.server.isRunning()) {
			if (isServed(user)) {
				return Duration.ofNanos(System.nanoTime() - start);
			}
			TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
		}
		return null;
	}

	private boolean isServed(String user) throws InterruptedException {
		try {
			HonestDevice device = new HonestDevice(this.server.target(), user, newUser("after"));
			return device.isServed();
		}
		catch (UnreachableServerException ex) {
			return false;
		}
	}

	private long logBytes() throws IOException {
		return Files.size(this.server.log());
	}

	/**
	 * Waits until the server uses no connection to its database, and returns the number
	 * of those still in use.
	 */
	private long busyConnections() throws InterruptedException {
		ServerTables tables = new ServerTables(this.server.jdbcUrl(), SampleTable.ALL);
		long deadline = System.nanoTime() + PATIENCE.toNanos();
		long busy = tables.count(BUSY, KillableServer.APPLICATION_NAME);
		while (busy > 0 && System.nanoTime() < deadline) {
			TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
			busy = tables.count(BUSY, KillableServer.APPLICATION_NAME);
		}
		return busy;
	}

	/** The dead server's statements in the database must not burden the next attack. */
	private void restartIfDead() {
		if (!this.server.isRunning()) {
			restart();
		}
	}

	/** A server that no longer answers has already been judged by the previous attack. */
	private void restartIfStuck() {
		try {
			this.server.target().signIn(newUser("probe"), "probe");
		}
		catch (UnreachableServerException ex) {
			restart();
		}
	}

	private void restart() {
		this.server.killConnections();
		this.server.restart();
		calm(WARM_UP);
	}

	private String newUser(String role) {
		return role + "-" + this.run + "-" + this.users.incrementAndGet();
	}

	private static IllegalStateException interrupted(InterruptedException cause) {
		Thread.currentThread().interrupt();
		return new IllegalStateException("Interrupted during an attack", cause);
	}

	@Override
	public void close() {
		this.server.close();
	}

}
