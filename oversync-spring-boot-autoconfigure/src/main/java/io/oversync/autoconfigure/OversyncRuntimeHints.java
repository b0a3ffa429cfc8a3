/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.autoconfigure;

import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.aot.hint.ExecutableMode;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.aot.hint.TypeReference;

/**
 * The hints that ahead-of-time processing cannot derive: files that are read by name, and
 * methods that are called by reflection.
 */
class OversyncRuntimeHints implements RuntimeHintsRegistrar {

	/** Spring MVC, which calls their methods, is optional: hence by name. */
	private static final List<String> CONTROLLERS = List.of("io.oversync.internal.web.SyncController",
			"io.oversync.internal.web.ChangesController", "io.oversync.internal.web.ChecksumController",
			"io.oversync.internal.web.WatchController", "io.oversync.internal.web.FailureController",
			"io.oversync.internal.web.OtherMethods", "io.oversync.internal.web.FallbackController");

	@Override
	public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
		hints.resources()
			.registerPattern("io/oversync/store/migration/*.sql")
			.registerPattern("io/oversync/internal/web/version.properties")
			.registerPattern("io/oversync/internal/web/openapi.yaml");
		// the short form of an entry, as Spring's ObjectToObjectConverter calls it
		hints.reflection()
			.registerType(RegisteredTable.class,
					(type) -> type.withMethod("of", List.of(TypeReference.of(String.class)), ExecutableMode.INVOKE));
		for (String controller : CONTROLLERS) {
			hints.reflection().registerTypeIfPresent(classLoader, controller, MemberCategory.INVOKE_DECLARED_METHODS);
		}
	}

}
