/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.soak;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.oversync.verification.device.SyncTarget;
import io.oversync.verification.soak.Gauge.Group;

import org.springframework.util.FileSystemUtils;

/**
 * Puts a steady load on a server and shows whether its memory, its connections and its
 * request times stay flat. Devices and server must agree in the end.
 */
public final class SoakTest {

	private final SoakSettings settings;

	private final Consumer<String> out;

	private final Problems problems = new Problems();

	private final Tally tally = new Tally(Gauge.SYNCS, Gauge.LATE, Gauge.ERRORS, Gauge.CONFLICTS, Gauge.DISCARDED,
			Gauge.UPLOADED, Gauge.DOWNLOADED);

	private final RequestTimes times = new RequestTimes(SyncTarget.NETWORK);

	private final List<Reading> readings = new ArrayList<>();

	private SoakTest(SoakSettings settings, Consumer<String> out) {
		this.settings = settings;
		this.out = out;
	}

	/**
	 * Soaks a server. Only the users' rows on the server stay.
	 * @param settings the settings
	 * @param out receives a line for each reading
	 * @return the result
	 * @throws InterruptedException if the thread was interrupted; the devices are cleaned
	 * up
	 */
	public static SoakResult run(SoakSettings settings, Consumer<String> out) throws InterruptedException {
		try {
			Path folder = Files.createTempDirectory(Files.createDirectories(settings.folder()), "soak");
			try {
				return new SoakTest(settings, out).run(folder);
			}
			finally {
				FileSystemUtils.deleteRecursively(folder);
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private SoakResult run(Path folder) throws InterruptedException {
		FleetLoad load = this.settings.load();
		try (Fleet fleet = new Fleet(this.settings, folder, this.times, this.tally);
				Gauges gauges = new Gauges(this.settings, List.of(fleet, this.tally, this.times), this.problems);
				Pacer pacer = new Pacer(new Pacing(load.fleet(), load.rate()), fleet.devices(), this.tally,
						this.problems)) {
			this.out.accept("%d users get about %d rows each, on %d devices".formatted(load.users(), load.rows(),
					load.devices()));
			fleet.fill();
			pacer.start();
			watch(gauges);
			pacer.stop();
			settle(fleet);
		}
		catch (RuntimeException ex) {
			if (Thread.interrupted()) {
				throw (InterruptedException) new InterruptedException().initCause(ex);
			}
			throw ex;
		}
		return new SoakResult(List.copyOf(this.readings), GaugeVerdict.onAll(this.readings), this.problems.list());
	}

	private void watch(Gauges gauges) throws InterruptedException {
		long begin = System.nanoTime();
		SoakTable table = new SoakTable(gauges.groups());
		Duration at = this.settings.warmUp();
		this.out.accept(String.format(Locale.ROOT, "%s syncs a second; the warm-up takes %d seconds",
				this.settings.load().rate(), at.toSeconds()));
		if (gauges.groups().contains(Group.PROCESS)) {
			this.out.accept("Each line makes the server collect its garbage, which some requests have to wait for");
		}
		this.out.accept(table.head());
		sleepUntil(begin, at);
		note(gauges.first(at), table);
		for (int i = 0; i < this.settings.intervals(); i++) {
			at = at.plus(this.settings.interval());
			sleepUntil(begin, at);
			note(gauges.next(at), table);
		}
	}

	private static void sleepUntil(long begin, Duration at) throws InterruptedException {
		TimeUnit.NANOSECONDS.sleep(at.toNanos() - (System.nanoTime() - begin));
	}

	private void note(Reading reading, SoakTable table) {
		this.readings.add(reading);
		this.out.accept(table.line(reading));
	}

	private void settle(Fleet fleet) {
		try {
			fleet.settle().forEach(this.problems::add);
			fleet.differences(this.settings.databaseUrl()).forEach(this.problems::add);
		}
		catch (RuntimeException ex) {
			if (Thread.currentThread().isInterrupted()) {
				throw ex;
			}
			this.problems.add("The comparison in the end", ex);
		}
	}

}
