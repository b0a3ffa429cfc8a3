/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.device;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

import io.oversync.sample.SampleApplication;
import io.oversync.simulator.sample.SampleTable;
import io.oversync.simulator.sample.SampleTarget;
import io.oversync.test.ApplicationServer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The process of an application is killed while it writes and syncs, again and again, and
 * continues with the same file. {@code -Dconvergence.seed} repeats the same number of
 * lines before each kill.
 */
@Tag("prove")
class KilledClientIntegrationTests {

	/** The content of a deleted row. */
	static final String GONE = "-";

	private static final int KILLS = 15;

	/** The edits that were certainly committed. */
	private final Map<String, String> committed = new TreeMap<>();

	/**
	 * The edits that may have been committed: the process was killed before it could
	 * report them.
	 */
	private final Map<String, String> tried = new HashMap<>();

	private final long seed = Long.getLong("convergence.seed", System.nanoTime());

	/** The number of kills during an upload. */
	private int underWay;

	private boolean ended;

	@TempDir
	private Path folder;

	@Test
	void everyCommittedRowReachesTheServerOnce() throws Exception {
		try (ApplicationServer server = ApplicationServer.start(SampleApplication.class)) {
			Random random = new Random(this.seed);
			for (int kill = 0; kill < KILLS; kill++) {
				run(server, random, 0, 1 + random.nextInt(60));
			}
			run(server, random, 10, Integer.MAX_VALUE);
			assertThat(this.ended).as("seed %d:%n%s", this.seed, errors()).isTrue();
			assertThat(this.underWay).as("seed %d: kills while an upload was under way", this.seed).isPositive();
			check(new ServerTables(server.jdbcUrl(), SampleTable.ALL), server);
		}
	}

	private void check(ServerTables tables, ApplicationServer server) {
		String label = "seed " + this.seed;
		Map<String, List<String>> business = tables.business("ann");
		this.committed.forEach((key, name) -> {
			List<String> row = business.get("users " + key);
			String there = (row != null) ? row.get(1) : GONE;
			assertThat(there).as(label + ": " + key).isIn(name, this.tried.getOrDefault(key, name));
		});
		assertThat(tables.state("ann")).as(label).isEqualTo(business);
		assertThat(tables.texts("""
				select source_id || ' ' || source_change_id from sync.server_change_log
				group by source_id, source_change_id having count(*) > 1""")).as(label).isEmpty();
		assertThat(tables.texts("""
				select pk_uuid || ' ' || server_version from (
				  select *, lag(payload::text) over row_history as before,
				         lag(server_version, 1, 0::bigint) over row_history as version_before
				  from sync.server_change_log
				  window row_history as (partition by table_name, pk_uuid order by server_id)) as history
				where payload::text = before or server_version <> version_before + 1""")).as(label).isEmpty();
		assertThat(tables.count("select count(*) from sync.materialize_failures")).as(label).isZero();
		for (String name : List.of("killed", "other")) {
			try (Device device = new Device(this.folder, SampleTarget.at(server.baseUrl()), "ann", name, (builder) -> {
			})) {
				device.client().sync();
				assertThat(device.rows()).as(label + ": " + name).isEqualTo(business);
			}
		}
	}

	/** Runs the process until it has printed a number of lines, or to its end. */
	private void run(ApplicationServer server, Random random, int edits, int lines) throws Exception {
		Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Djava.io.tmpdir=" + this.folder,
				// it starts faster and prints nothing else
				"-Dslf4j.provider=org.slf4j.helpers.NOP_FallbackServiceProvider", "-cp",
				System.getProperty("java.class.path"), KilledClientProcess.class.getName(), this.folder.toString(),
				server.baseUrl(), Long.toString(random.nextLong()), Integer.toString(edits))
			.redirectError(ProcessBuilder.Redirect.appendTo(this.folder.resolve("errors.log").toFile()))
			.start();
		try (BufferedReader output = new BufferedReader(
				new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
			String trying = null;
			int count = 0;
			String line = output.readLine();
			while (line != null) {
				String[] words = line.split(" ");
				switch (words[0]) {
					case "TRY" -> trying = line;
					case "COMMIT" -> {
						this.committed.put(words[1], words[2]);
						this.tried.remove(words[1]);
						trying = null;
					}
					case "OUTBOX" -> this.underWay += words[1].equals("0") ? 0 : 1;
					case "END" -> this.ended = words[1].equals("0");
					default -> {
					}
				}
				count++;
				if (count == lines) {
					// unlike the process itself, its handle leaves the output to be
					// read
					process.toHandle().destroyForcibly();
				}
				line = output.readLine();
			}
			if (trying != null) {
				this.tried.put(trying.split(" ")[1], trying.split(" ")[2]);
			}
			process.waitFor();
			assertThat(this.ended || count >= lines).as("seed %d: said all lines%n%s", this.seed, errors()).isTrue();
		}
		finally {
			process.destroyForcibly();
		}
	}

	private String errors() throws IOException {
		return Files.readString(this.folder.resolve("errors.log"));
	}

}
