/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.device;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;

import io.oversync.client.NetworkException;
import io.oversync.client.SyncStatus;
import io.oversync.client.http.SyncHttp;
import io.oversync.sample.SampleApplication;
import io.oversync.simulator.sample.SampleTable;
import io.oversync.simulator.sample.SampleTarget;
import io.oversync.test.ApplicationServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * The network breaks off before the server has received a request, or after it has
 * answered.
 */
@Tag("prove")
class LostResponseIntegrationTests {

	private static final String ROW = "INSERT INTO users (id, name, email) VALUES (?, ?, 'e')";

	private static ApplicationServer server;

	private static ServerTables tables;

	private final String user = "user" + UUID.randomUUID();

	private final BrokenNetwork network = new BrokenNetwork();

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

	@Test
	void whatWasAnsweredUnheardIsNotAppliedTwice() {
		try (Device phone = device("phone")) {
			UUID row = UUID.randomUUID();
			phone.execute(ROW, row.toString(), "one");
			loseTheAnswer(phone);
			loseTheAnswer(phone);
			phone.client().sync();
			assertThat(versions()).containsExactly(row + " 1 one");
		}
	}

	@Test
	void anEditBetweenTheTriesIsAChangeOfItsOwn() {
		try (Device phone = device("phone"); Device tablet = device("tablet")) {
			UUID row = UUID.randomUUID();
			phone.execute(ROW, row.toString(), "one");
			loseTheAnswer(phone);
			phone.execute("UPDATE users SET name = 'two'");
			loseTheAnswer(phone);
			phone.execute("UPDATE users SET name = 'three'");
			phone.client().sync();
			// the first upload was repeated unchanged, so that no version lies in
			// between
			assertThat(versions()).containsExactly(row + " 1 one", row + " 2 three");
			tablet.client().sync();
			assertThat(tablet.rows()).isEqualTo(phone.rows()).isEqualTo(tables.business(this.user));
		}
	}

	@Test
	void aDeleteBetweenTheTriesIsNotLost() {
		try (Device phone = device("phone"); Device tablet = device("tablet")) {
			UUID row = UUID.randomUUID();
			phone.execute(ROW, row.toString(), "one");
			loseTheAnswer(phone);
			phone.execute("DELETE FROM users");
			tablet.client().sync();
			assertThat(tablet.rows()).hasSize(1);
			phone.client().sync();
			tablet.client().sync();
			assertThat(tables.business(this.user)).isEmpty();
			assertThat(tablet.rows()).isEmpty();
			assertThat(versions()).containsExactly(row + " 1 one", row + " 2 null");
		}
	}

	@Test
	void anotherDeviceMayChangeTheRowBetweenTheTries() {
		try (Device phone = device("phone"); Device tablet = device("tablet")) {
			UUID row = UUID.randomUUID();
			phone.execute(ROW, row.toString(), "one");
			loseTheAnswer(phone);
			tablet.client().sync();
			tablet.execute("UPDATE users SET name = 'two'");
			tablet.client().sync();
			phone.client().sync();
			assertThat(versions()).containsExactly(row + " 1 one", row + " 2 two");
			assertThat(phone.rows()).isEqualTo(tablet.rows()).isEqualTo(tables.business(this.user));
		}
	}

	@Test
	void theClientMayBeClosedBetweenTheTries() {
		try (Device phone = device("phone")) {
			UUID row = UUID.randomUUID();
			phone.execute(ROW, row.toString(), "one");
			loseTheAnswer(phone);
			phone.execute("UPDATE users SET name = 'two'");
			phone.reopen();
			phone.client().sync();
			assertThat(versions()).containsExactly(row + " 1 one", row + " 2 two");
		}
	}

	@Test
	void nothingIsLostOrDoubledOnABadNetwork() {
		long seed = Long.getLong("convergence.seed", System.nanoTime());
		Random random = new Random(seed);
		RandomEdits edits = new RandomEdits(random);
		try (Device phone = device("phone"); Device tablet = device("tablet")) {
			for (int round = 0; round < 60; round++) {
				int changes = random.nextInt(6);
				for (int i = 0; i < changes; i++) {
					edits.edit(phone);
				}
				Map<String, List<String>> before = phone.rows();
				this.network.breakDown(random);
				sync((random.nextInt(4) > 0) ? phone : tablet);
				// no other device writes
				assertThat(phone.rows()).as("seed %d", seed).isEqualTo(before);
			}
			this.network.heal();
			for (int round = 0; round < 4; round++) {
				phone.client().sync();
				tablet.client().sync();
			}
			assertThat(this.network.lost).as("seed %d: lost answers", seed).isPositive();
			assertThat(this.network.unsent).as("seed %d: unsent requests", seed).isPositive();
			Map<String, List<String>> business = tables.business(this.user);
			assertThat(phone.rows()).as("seed %d", seed).isEqualTo(business);
			assertThat(tablet.rows()).as("seed %d", seed).isEqualTo(business);
			assertThat(tables.state(this.user)).as("seed %d", seed).isEqualTo(business);
			SyncStatus status = phone.client().status();
			assertThat(status.pending() + status.quarantined() + status.held()).as("seed %d: %s", seed, status)
				.isZero();
			assertNothingTwice(seed);
		}
	}

	private void assertNothingTwice(long seed) {
		// no id twice, and no version that only repeats the one before, except where
		// the server restores a row whose delete it refused: small
		// uploads may send the rows of a circle apart
		assertThat(tables.texts("""
				select source_id || ' ' || source_change_id from sync.server_change_log where user_id = ?
				group by source_id, source_change_id having count(*) > 1""", this.user)).as("seed %d", seed).isEmpty();
		assertThat(tables.texts("""
				select pk_uuid || ' ' || server_version from (
				  select *, lag(payload::text, 1, '') over row_history as before,
				         lag(server_version, 1, 0::bigint) over row_history as version_before
				  from sync.server_change_log where user_id = ?
				  window row_history as (partition by table_name, pk_uuid order by server_id)) as history
				where (payload::text = before and source_id <> 'server') or server_version <> version_before + 1""",
				this.user))
			.as("seed %d", seed)
			.isEmpty();
	}

	private Device device(String name) {
		return new Device(this.folder, SampleTarget.at(server.baseUrl()), this.user, name,
				(builder) -> builder.http(this.network).uploadBatch(5, 100_000));
	}

	private void loseTheAnswer(Device device) {
		this.network.loseNextAnswer = true;
		assertThatThrownBy(() -> device.client().uploadOnce()).isInstanceOf(NetworkException.class);
		assertThat(device.client().status().pending()).isPositive();
	}

	private static void sync(Device device) {
		try {
			device.client().sync();
		}
		catch (NetworkException ex) {
			// the subject of the test
		}
	}

	/** Returns the history of all rows. */
	private List<String> versions() {
		return tables.texts("""
				select pk_uuid || ' ' || server_version || ' ' || coalesce(payload ->> 'name', 'null')
				from sync.server_change_log where user_id = ? order by server_id""", this.user);
	}

	/**
	 * A network that loses requests or answers.
	 */
	private static final class BrokenNetwork implements SyncHttp {

		private boolean loseNextAnswer;

		private Random random;

		private int lost;

		private int unsent;

		/** From now on, every other exchange fails. */
		void breakDown(Random random) {
			this.random = random;
		}

		void heal() {
			this.random = null;
		}

		@Override
		public Response exchange(Request request) throws IOException, InterruptedException {
			int chance = (this.random != null) ? this.random.nextInt(10) : 9;
			if (chance < 2) {
				this.unsent++;
				throw new IOException("The request was lost");
			}
			Response response = SyncTarget.NETWORK.exchange(request);
			if (chance < 5 || this.loseNextAnswer) {
				this.loseNextAnswer = false;
				this.lost++;
				// the server has committed before it sends the end
				response.body().readAllBytes();
				response.close();
				throw new IOException("The answer was lost");
			}
			return response;
		}

	}

}
