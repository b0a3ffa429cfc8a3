/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.web;

import java.lang.reflect.Method;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

import io.oversync.autoconfigure.OversyncProperties;
import io.oversync.autoconfigure.RegisteredTable;
import io.oversync.internal.event.EngineListener;
import io.oversync.protocol.ExpiredDeletes;
import io.oversync.protocol.SyncActor;
import io.oversync.protocol.UploadLimits;
import jakarta.servlet.http.HttpServletRequest;
import org.junit.jupiter.api.Test;

import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.beans.factory.aot.AotServices;
import org.springframework.boot.context.properties.bind.BindableRuntimeHintsRegistrar;
import org.springframework.context.support.StaticApplicationContext;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.web.method.HandlerMethod;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Ahead-of-time processing finds the registrar, which registers everything that the code
 * looks up by name.
 */
class RuntimeHintsTests {

	private final RuntimeHints hints = registered();

	private static RuntimeHints registered() {
		RuntimeHints hints = new RuntimeHints();
		List<RuntimeHintsRegistrar> registrars = AotServices.factories()
			.load(RuntimeHintsRegistrar.class)
			.stream()
			.filter((registrar) -> registrar.getClass().getName().startsWith("io.oversync."))
			.toList();
		assertThat(registrars).isNotEmpty();
		registrars.forEach((registrar) -> registrar.registerHints(hints, RuntimeHintsTests.class.getClassLoader()));
		// Spring Boot's own, for @EnableConfigurationProperties
		BindableRuntimeHintsRegistrar.forTypes(OversyncProperties.class).registerHints(hints);
		return hints;
	}

	@Test
	void coverEveryMigration() throws Exception {
		var migrations = new PathMatchingResourcePatternResolver()
			.getResources("classpath*:io/oversync/store/migration/*");
		assertThat(migrations).isNotEmpty();
		for (var migration : migrations) {
			assertThat(RuntimeHintsPredicates.resource()
				.forResource("io/oversync/store/migration/" + migration.getFilename())).accepts(this.hints);
		}
	}

	@Test
	void coverTheVersion() {
		assertThat(RuntimeHintsPredicates.resource().forResource("io/oversync/internal/web/version.properties"))
			.accepts(this.hints);
	}

	@Test
	void coverTheDescriptionOfTheEndpoints() {
		assertThat(OpenApiHandler.class.getResource(OpenApiHandler.RESOURCE)).isNotNull();
		assertThat(RuntimeHintsPredicates.resource().forResource("io/oversync/internal/web/" + OpenApiHandler.RESOURCE))
			.accepts(this.hints);
	}

	@Test
	void coverBothFormsOfAnEntry() throws Exception {
		assertThat(RuntimeHintsPredicates.reflection()
			.onMethodInvocation(RegisteredTable.class.getMethod("of", String.class))).accepts(this.hints);
		for (Class<?> type : List.of(RegisteredTable.class, RegisteredTable.Wire.class,
				RegisteredTable.ColumnWire.class, OversyncProperties.class, OversyncProperties.Schema.class,
				OversyncProperties.Identity.class, OversyncProperties.Concurrency.class,
				OversyncProperties.Upload.class, OversyncProperties.Download.class,
				OversyncProperties.ForeignKeys.class)) {
			assertThat(RuntimeHintsPredicates.reflection().onConstructorInvocation(type.getDeclaredConstructors()[0]))
				.as(type.getName())
				.accepts(this.hints);
		}
	}

	@Test
	void coverTheMethodsOfTheEndpoints() {
		SyncPaths paths = new SyncPaths("/sync", "/admin", "");
		ServerLimits limits = new ServerLimits(1, 1, 1, Duration.ofSeconds(1), 1);
		SyncHandlerMapping endpoints = SyncHandlerMapping.endpoints(paths, new FailingSyncService(),
				RuntimeHintsTests::unresolved, new UploadBodies(new UploadLimits(1, 1, 1), limits, EngineListener.NONE),
				limits, new DownloadLimits(1, 1, Duration.ZERO, Duration.ZERO),
				ServerStatus.of("test", () -> null, (actor) -> ExpiredDeletes.NONE), null);
		List<Method> methods = Stream.of(endpoints, endpoints.fallback(paths))
			.flatMap((mapping) -> handlers(mapping).stream())
			.toList();
		assertThat(methods).hasSizeGreaterThan(6)
			.allSatisfy((method) -> assertThat(RuntimeHintsPredicates.reflection().onMethodInvocation(method))
				.as(method.toString())
				.accepts(this.hints));
	}

	private static List<Method> handlers(SyncHandlerMapping mapping) {
		mapping.setApplicationContext(new StaticApplicationContext());
		mapping.afterPropertiesSet();
		return mapping.getHandlerMethods().values().stream().map(HandlerMethod::getMethod).toList();
	}

	private static SyncActor unresolved(HttpServletRequest request) {
		throw new IllegalStateException("Nobody asks");
	}

}
