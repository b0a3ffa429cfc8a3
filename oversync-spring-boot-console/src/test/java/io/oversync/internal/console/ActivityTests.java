/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.console;

import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

import io.oversync.internal.console.Activity.Measure;
import io.oversync.internal.event.EngineListener.Read;
import io.oversync.protocol.TableName;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ActivityTests {

	private final AtomicLong minute = new AtomicLong(1_000_000);

	private final Activity activity = new Activity(this.minute::get);

	private long[] of(Measure measure) {
		return this.activity.lastHour().get(measure);
	}

	@Test
	void countsTheMinutesOfTheLastHour() {
		this.activity.absorbed(3);
		this.minute.addAndGet(1);
		this.activity.absorbed(4);
		this.activity.absorbed(5);
		long[] counts = of(Measure.ABSORBED);
		assertThat(counts).hasSize(Activity.MINUTES).endsWith(3, 9);
		assertThat(counts[0]).isZero();
	}

	@Test
	void forgetsWhatIsOlder() {
		this.activity.compacted(1);
		this.minute.addAndGet(Activity.MINUTES - 1);
		assertThat(of(Measure.REMOVED)[0]).isEqualTo(1);
		this.minute.addAndGet(1);
		assertThat(of(Measure.REMOVED)).containsOnly(0);
		this.minute.addAndGet(Activity.MINUTES - 1);
		this.activity.compacted(2);
		assertThat(of(Measure.REMOVED)).endsWith(2).startsWith(0);
	}

	@Test
	void countsEachKindOfWork() {
		this.activity.downloaded(Read.PAGE, 7, 1);
		this.activity.materializeFailed(Map.of(TableName.parse("app.a"), 2, TableName.parse("app.b"), 3));
		this.activity.requestFailed(new IllegalStateException());
		assertThat(of(Measure.DOWNLOADS)).endsWith(1);
		assertThat(of(Measure.SENT)).endsWith(7);
		assertThat(of(Measure.REFUSED_ROWS)).endsWith(5);
		assertThat(of(Measure.ERRORS)).endsWith(1);
	}

}
