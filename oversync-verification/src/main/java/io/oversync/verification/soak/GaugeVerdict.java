/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.soak;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The verdict on a gauge.
 *
 * @param gauge the gauge
 * @param first its level in the first third of its readings: the median, or the lower
 * quartile for times
 * @param last its level in the last third
 * @param outcome the judgement
 */
record GaugeVerdict(Gauge gauge, double first, double last, Judgement outcome) {

	/** The largest ratio of the last third to the first. */
	static final double FLAT_UP_TO = 1.15;

	private static final int THIRDS = 3;

	/**
	 * The judgements.
	 */
	enum Judgement {

		FLAT("flat"), GROWS("GROWS"), TOO_SHORT("too short to say");

		private final String text;

		Judgement(String text) {
			this.text = text;
		}

		@Override
		public String toString() {
			return this.text;
		}

	}

	/** Judges all gauges that must stay flat and could be read. */
	static List<GaugeVerdict> onAll(List<Reading> readings) {
		List<GaugeVerdict> verdicts = new ArrayList<>();
		for (Gauge gauge : Gauge.values()) {
			double[] values = Reading.valuesOf(gauge, readings).toArray();
			if (gauge.isJudged() && values.length > 0) {
				verdicts.add(on(gauge, values));
			}
		}
		return List.copyOf(verdicts);
	}

	/** Judges a gauge by at least one value. */
	static GaugeVerdict on(Gauge gauge, double... values) {
		int third = Math.max(1, values.length / THIRDS);
		double first = gauge.level(Arrays.copyOf(values, third));
		double last = gauge.level(Arrays.copyOfRange(values, values.length - third, values.length));
		return new GaugeVerdict(gauge, first, last,
				(values.length < THIRDS) ? Judgement.TOO_SHORT : outcome(first, last, gauge.slack()));
	}

	private static Judgement outcome(double first, double last, double slack) {
		boolean flat = last <= first * FLAT_UP_TO || last - first <= slack;
		return flat ? Judgement.FLAT : Judgement.GROWS;
	}

	/**
	 * Returns how the gauge has grown.
	 * @return the last third as a multiple of the first
	 */
	double ratio() {
		return (this.first == this.last) ? 1 : this.last / this.first;
	}

}
