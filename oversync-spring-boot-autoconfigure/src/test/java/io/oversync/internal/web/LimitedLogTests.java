/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.web;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

import io.oversync.protocol.ErrorCode;
import io.oversync.protocol.SyncException;
import org.apache.commons.logging.impl.NoOpLog;
import org.junit.jupiter.api.Test;

import org.springframework.dao.QueryTimeoutException;

import static org.assertj.core.api.Assertions.assertThat;

class LimitedLogTests {

	private final List<Object> lines = new ArrayList<>();

	private final AtomicLong clock = new AtomicLong();

	private final LimitedLog log = new LimitedLog(new NoOpLog() {

		@Override
		public void warn(Object message) {
			LimitedLogTests.this.lines.add(message);
		}

		@Override
		public void warn(Object message, Throwable stackTrace) {
			throw new AssertionError("A stack trace");
		}

	}, this.clock::get);

	private void fail() {
		this.log.warn("It failed",
				new SyncException(ErrorCode.TEMPORARILY_UNAVAILABLE, "busy",
						new QueryTimeoutException("SQL [SELECT secret]",
								new SQLException("ERROR: too slow" + "!".repeat(1000) + "\nDetail: x"))));
	}

	@Test
	void saysWhyInOneShortLine() {
		fail();
		assertThat(this.lines).singleElement()
			.asString()
			.startsWith("It failed [SQLException: ERROR: too slow!!!")
			.hasSizeLessThan(250)
			.doesNotContain("secret", "Detail", "\n");
	}

	@Test
	void saysHowManyLinesWereLeftOut() {
		for (int i = 0; i < 1000; i++) {
			fail();
		}
		assertThat(this.lines).hasSize(5);
		this.clock.addAndGet(Duration.ofSeconds(1).toNanos());
		fail();
		fail();
		assertThat(this.lines).hasSize(7);
		assertThat(this.lines.get(5)).asString().endsWith("(995 more failures were not logged before)");
		assertThat(this.lines.get(6)).asString().doesNotContain("more");
	}

}
