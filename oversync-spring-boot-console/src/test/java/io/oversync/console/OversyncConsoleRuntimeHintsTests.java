/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.console;

import java.util.List;

import io.oversync.internal.service.OperatorReads;
import io.oversync.internal.store.OperatorStore.EpochRow;
import io.oversync.service.SyncChecks;
import io.oversync.service.SyncDevices;
import org.junit.jupiter.api.Test;

import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.beans.factory.aot.AotServices;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Ahead-of-time processing finds the registrar, which registers files and answers.
 */
class OversyncConsoleRuntimeHintsTests {

	private final RuntimeHints hints = registered();

	private static RuntimeHints registered() {
		RuntimeHints hints = new RuntimeHints();
		List<RuntimeHintsRegistrar> registrars = AotServices.factories()
			.load(RuntimeHintsRegistrar.class)
			.stream()
			.filter((registrar) -> registrar.getClass().getName().startsWith("io.oversync.console."))
			.toList();
		assertThat(registrars).hasSize(1);
		registrars.get(0).registerHints(hints, OversyncConsoleRuntimeHintsTests.class.getClassLoader());
		return hints;
	}

	@Test
	void coverEveryFile() throws Exception {
		Resource[] files = new PathMatchingResourcePatternResolver()
			.getResources("classpath*:io/oversync/internal/console/assets/*");
		assertThat(files).hasSizeGreaterThan(10);
		for (Resource file : files) {
			assertThat(RuntimeHintsPredicates.resource()
				.forResource("io/oversync/internal/console/assets/" + file.getFilename())).accepts(this.hints);
		}
	}

	@Test
	void coverAnswersAndWhatIsInThem() throws Exception {
		for (String name : List.of("ConsoleViews$UserView", "ConsoleViews$Entry", "ConsoleViews$Basis",
				"ConsoleAccess$Csrf", "RowDiff$Shown", "ConflictLog$ConflictNote", "OperatorJobs$Task",
				"Activity$Measure")) {
			assertThat(
					RuntimeHintsPredicates.reflection().onType(Class.forName("io.oversync.internal.console." + name)))
				.as(name)
				.accepts(this.hints);
		}
		for (Class<?> type : List.of(SyncDevices.Device.class, SyncChecks.Row.class, SyncChecks.Result.class,
				EpochRow.class)) {
			assertThat(RuntimeHintsPredicates.reflection().onType(type)).as(type.getName()).accepts(this.hints);
		}
		assertThat(RuntimeHintsPredicates.reflection().onType(OperatorReads.class)).rejects(this.hints);
	}

}
