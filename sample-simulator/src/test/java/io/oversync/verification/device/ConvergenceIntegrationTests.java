/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.device;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.oversync.client.ConflictResolver;
import io.oversync.client.NetworkException;
import io.oversync.client.SyncClientBuilder;
import io.oversync.client.SyncException;
import io.oversync.client.SyncListener;
import io.oversync.client.http.SyncHttp;
import io.oversync.sample.SampleApplication;
import io.oversync.simulator.sample.SampleTable;
import io.oversync.simulator.sample.SampleTarget;
import io.oversync.test.ApplicationServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Devices of a user act at random and agree in the end: with each other and with the
 * application's tables. {@code -Dconvergence.seed} repeats a failure,
 * {@code -Dconvergence.repeat=50} searches for more.
 */
@Tag("prove")
class ConvergenceIntegrationTests {

	private static final int STEPS = 120;

	static ApplicationServer server;

	private static ServerTables tables;

	@TempDir
	private Path folder;

	@BeforeAll
	static void start() {
		server = ApplicationServer.start(SampleApplication.class);
		tables = new ServerTables(server.jdbcUrl(), SampleTable.ALL);
	}

	@AfterAll
	static void stop() {
		server.close();
	}

	static Stream<Arguments> fleets() {
		return IntStream.range(0, Integer.getInteger("convergence.repeat", 1))
			.boxed()
			.flatMap((time) -> Stream.of(2, 5))
			.flatMap((devices) -> resolvers().map((resolver) -> Arguments.of(devices, resolver)));
	}

	static Stream<String> resolvers() {
		return Stream.of("serverWins", "clientWins", "lastWriter", "threeWayMerge");
	}

	@ParameterizedTest
	@MethodSource("fleets")
	void devicesAndServerAgreeInTheEnd(int devices, String resolver) throws Exception {
		long seed = Long.getLong("convergence.seed", System.nanoTime());
		String label = "-Dconvergence.seed=" + seed;
		Fleet fleet = new Fleet(seed, devices, resolver);
		Fleet neighbours = new Fleet(~seed, 2, resolver);
		ExecutorService thread = Executors.newSingleThreadExecutor();
		try {
			Future<?> meanwhile = thread.submit(() -> neighbours.live(STEPS / 2));
			fleet.live(STEPS);
			meanwhile.get();
			fleet.settle(label);
			neighbours.settle(label);
			fleet.check(label);
			neighbours.check(label);
			Set<String> common = new HashSet<>(fleet.devices.get(0).rows().keySet());
			common.retainAll(neighbours.devices.get(0).rows().keySet());
			assertThat(common).as(label).isEmpty();
		}
		finally {
			thread.shutdownNow();
			fleet.close();
			neighbours.close();
		}
	}

	@ParameterizedTest
	@MethodSource("resolvers")
	void devicesThatSyncInTheBackgroundAgreeInTheEnd(String resolver) throws Exception {
		long seed = Long.getLong("convergence.seed", System.nanoTime());
		String label = "seed " + seed;
		ExecutorService users = Executors.newCachedThreadPool();
		try (Fleet fleet = new Fleet(seed, 4, resolver)) {
			List<Future<?>> lives = new ArrayList<>();
			for (Device device : fleet.devices) {
				Random random = new Random(fleet.random.nextLong());
				lives.add(users.submit(() -> liveInTheBackground(device, random)));
			}
			for (Future<?> life : lives) {
				life.get();
			}
			fleet.settle(label);
			fleet.check(label);
		}
		finally {
			users.shutdownNow();
		}
	}

	private static void liveInTheBackground(Device device, Random random) {
		RandomEdits edits = new RandomEdits(random);
		List<SyncException> failures = new CopyOnWriteArrayList<>();
		SyncListener listener = new SyncListener() {

			@Override
			public void onError(SyncException failure) {
				failures.add(failure);
			}

		};
		for (int life = 0; life < 3; life++) {
			device.client().addListener(listener);
			device.client().start(Duration.ofMillis(1));
			for (int i = 0; i < 8; i++) {
				for (int edit = random.nextInt(4); edit >= 0; edit--) {
					edits.edit(device);
				}
				// waits for the sync in the background, which may be at any point
				device.client().downloadOnce(1 + random.nextInt(5));
			}
			device.reopen();
		}
		// a sync that was stopped by the end of a client is none
		assertThat(failures).isEmpty();
	}

	private static ConflictResolver resolver(String name) {
		return switch (name) {
			case "serverWins" -> ConflictResolver.serverWins();
			case "clientWins" -> ConflictResolver.clientWins();
			// not every table has a column for it
			case "lastWriter" -> (conflict) -> ConflictResolver.lastWriter(switch (conflict.table()) {
				case "users", "posts" -> "updated_at";
				default -> SampleTable.ALL.named(conflict.table()).label().name();
			}).resolve(conflict);
			default -> ConflictResolver.threeWayMerge();
		};
	}

	/**
	 * The devices of a user.
	 */
	private final class Fleet implements AutoCloseable {

		private final Random random;

		private final RandomEdits edits;

		private final String user;

		private final List<Device> devices = new ArrayList<>();

		private final List<AtomicBoolean> offline = new ArrayList<>();

		Fleet(long seed, int devices, String resolver) {
			this.random = new Random(seed);
			this.edits = new RandomEdits(this.random);
			this.user = "user" + Long.toHexString(seed) + devices + resolver;
			for (int i = 0; i < devices; i++) {
				AtomicBoolean cut = new AtomicBoolean();
				this.offline.add(cut);
				this.devices.add(new Device(ConvergenceIntegrationTests.this.folder, SampleTarget.at(server.baseUrl()),
						this.user, "device" + i, (builder) -> settings(builder, cut, resolver)));
			}
		}

		private void settings(SyncClientBuilder builder, AtomicBoolean cut, String resolver) {
			SyncHttp network = (request) -> {
				if (cut.get()) {
					throw new IOException("No network");
				}
				return SyncTarget.NETWORK.exchange(request);
			};
			// small enough that there are several
			builder.http(network).resolver(resolver(resolver)).uploadBatch(7, 100_000).downloadPage(11);
		}

		void live(int steps) {
			for (int step = 0; step < steps; step++) {
				int no = this.random.nextInt(this.devices.size());
				Device device = this.devices.get(no);
				int what = this.random.nextInt(100);
				if (what < 72) {
					this.edits.edit(device);
				}
				else if (what < 90) {
					exchange(device, this.offline.get(no).get());
				}
				else if (what < 94) {
					this.offline.get(no).set(!this.offline.get(no).get());
				}
				else if (what < 96) {
					device.client().pauseUploads();
				}
				else if (what < 98) {
					device.client().resumeUploads();
				}
				else {
					// paused directions continue
					device.reopen();
				}
			}
		}

		private void exchange(Device device, boolean cut) {
			int what = this.random.nextInt(10);
			try {
				if (what < 6) {
					device.client().sync();
				}
				else if (what < 8) {
					device.client().uploadOnce();
				}
				else if (what < 9) {
					device.client().downloadOnce(1 + this.random.nextInt(20));
				}
				else {
					device.client().hydrate();
				}
			}
			catch (NetworkException ex) {
				assertThat(cut).as(ex.toString()).isTrue();
			}
		}

		/**
		 * Syncs until no work is left. Changes are discarded if their parents were
		 * deleted on another device, or got children there.
		 */
		void settle(String label) {
			this.offline.forEach((cut) -> cut.set(false));
			this.devices.forEach((device) -> device.client().resumeUploads());
			String unfinished = new Settlement((device) -> device.client().sync(), (device,
					change) -> assertThat(change.reason()).as("%s: %s", label, change).isIn("fk_missing", "referenced"))
				.settle(this.devices);
			assertThat(unfinished).as(label).isEmpty();
		}

		void check(String label) {
			Map<String, List<String>> business = tables.business(this.user);
			assertThat(business).as(label).isNotEmpty();
			assertThat(tables.state(this.user)).as(label + ": state and business tables").isEqualTo(business);
			assertThat(tables.count("select count(*) from sync.materialize_failures where user_id = ?", this.user))
				.as(label)
				.isZero();
			for (Device device : this.devices) {
				assertThat(device.rows()).as(label + ": " + device).isEqualTo(business);
				for (String queue : List.of("dirty", "outbox", "quarantine", "held", "staged")) {
					assertThat(device.query("SELECT count(*) FROM _sync_" + queue)).as(label + ": " + queue)
						.containsExactly(0);
				}
			}
		}

		@Override
		public void close() {
			this.devices.forEach(Device::close);
		}

	}

}
