/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.soak;

import java.time.Duration;
import java.util.Map;
import java.util.Set;

import io.oversync.verification.soak.Gauge.Group;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Readings as a table for readers.
 */
class SoakTableTests {

	private final SoakTable table = new SoakTable(Set.of(Group.UPLOADS, Group.PROCESS));

	@Test
	void eachValueStandsBelowItsTitle() {
		String line = this.table
			.line(new Reading(Duration.ofSeconds(3725), Map.of(Gauge.THREADS, 41.0, Gauge.UPLOAD_P99, 12.345)));
		String[] head = this.table.head().lines().toArray(String[]::new);
		assertThat(head[0]).contains("server process", "uploads").doesNotContain("downloads");
		assertThat(head[1]).hasSameSizeAs(line).hasSameSizeAs(head[0]);
		assertThat(line).contains("62:05").contains("-");
		assertThat(head[1].indexOf("threads") + "threads".length()).isEqualTo(line.indexOf("41") + 2);
		assertThat(head[1].indexOf("p99 ms") + "p99 ms".length()).isEqualTo(line.indexOf("12.3") + 4);
	}

	@Test
	void decimalsAreShownWhereTheyMatter() {
		assertThat(SoakTable.number(0.0)).isEqualTo("0");
		assertThat(SoakTable.number(1.26)).isEqualTo("1.3");
		assertThat(SoakTable.number(120.6)).isEqualTo("121");
		assertThat(SoakTable.number(null)).isEqualTo("-");
	}

}
