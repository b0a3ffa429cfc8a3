/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.benchmarks.http;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The heap as the log of the garbage collector tells it ({@code -Xlog:gc}). It is fullest
 * when it is collected.
 *
 * @param peak megabytes before a collection, the most
 * @param live megabytes after one, the most
 */
record GcLog(int peak, int live) {

	private static final Pattern COLLECTION = Pattern.compile("(\\d+)M->(\\d+)M\\(\\d+M\\)");

	static GcLog parse(List<String> lines) {
		int peak = 0;
		int live = 0;
		for (String line : lines) {
			Matcher matcher = COLLECTION.matcher(line);
			if (matcher.find()) {
				peak = Math.max(peak, Integer.parseInt(matcher.group(1)));
				live = Math.max(live, Integer.parseInt(matcher.group(2)));
			}
		}
		return new GcLog(peak, live);
	}

}
