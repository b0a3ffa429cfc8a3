/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.console;

import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.aot.hint.BindingReflectionHintsRegistrar;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.util.ClassUtils;

/**
 * The hints that ahead-of-time processing cannot derive: the files of the page, and the
 * answers that are written as JSON.
 */
class OversyncConsoleRuntimeHints implements RuntimeHintsRegistrar {

	private static final List<String> ANSWERS = List.of("ConsoleViews$Session", "ConsoleViews$Overview",
			"ConsoleViews$Users", "ConsoleViews$UserView", "ConsoleViews$Devices", "ConsoleViews$Failures",
			"ConsoleViews$Entries", "ConsoleViews$Change", "ConsoleViews$Versions", "ConflictLog$Conflicts",
			"OperatorJobs$Job", "ConsoleHandler$Failure");

	private final BindingReflectionHintsRegistrar registrar = new BindingReflectionHintsRegistrar();

	@Override
	public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
		hints.resources().registerPattern("io/oversync/internal/console/assets/*");
		for (String answer : ANSWERS) {
			register(hints, "io.oversync.internal.console." + answer, classLoader);
		}
		for (String answer : List.of("internal.store.OperatorStore$EpochRow", "service.SyncChecks$Result",
				"service.StreamCompaction$Result", "service.Rematerialization$Result", "protocol.RetryResult")) {
			register(hints, "io.oversync." + answer, classLoader);
		}
	}

	private void register(RuntimeHints hints, String type, @Nullable ClassLoader classLoader) {
		this.registrar.registerReflectionHints(hints.reflection(), ClassUtils.resolveClassName(type, classLoader));
	}

}
