/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.console;

import java.util.List;

import io.oversync.autoconfigure.OversyncAutoConfiguration;
import io.oversync.autoconfigure.OversyncSchemaAutoConfiguration;
import io.oversync.autoconfigure.OversyncWebMvcAutoConfiguration;
import io.oversync.internal.catalog.OversyncStartupException;
import io.oversync.internal.console.Activity;
import io.oversync.internal.console.ConflictLog;
import io.oversync.internal.console.ConsolePaths;
import io.oversync.internal.event.EngineListener;
import io.oversync.service.SyncService;
import io.oversync.test.TestPostgres;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.assertj.AssertableWebApplicationContext;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockServletContext;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.context.WebApplicationContext;
import org.springframework.web.servlet.handler.SimpleUrlHandlerMapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

class OversyncConsoleAutoConfigurationTests {

	private static final String MAPPING = "oversyncConsoleHandlerMapping";

	private static final String DATABASE = TestPostgres.createDatabase();

	private final WebApplicationContextRunner runner = new WebApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class, JdbcTemplateAutoConfiguration.class,
				DataSourceTransactionManagerAutoConfiguration.class, DispatcherServletAutoConfiguration.class,
				WebMvcAutoConfiguration.class, OversyncSchemaAutoConfiguration.class, OversyncAutoConfiguration.class,
				OversyncWebMvcAutoConfiguration.class, OversyncConsoleAutoConfiguration.class))
		.withPropertyValues("spring.datasource.url=" + DATABASE);

	private final WebApplicationContextRunner enabled = this.runner.withPropertyValues("oversync.console.enabled=true");

	@Test
	void isOffByDefault() {
		this.runner.run((context) -> assertThat(context).hasNotFailed()
			.doesNotHaveBean(ConsolePaths.class)
			.doesNotHaveBean(MAPPING)
			.doesNotHaveBean(Activity.class));
	}

	@Test
	void isServedWhenSwitchedOn() {
		this.enabled.run((context) -> {
			assertThat(context).hasNotFailed().hasBean(MAPPING);
			assertThat(context.getBean(MAPPING, SimpleUrlHandlerMapping.class).getUrlMap())
				.containsOnlyKeys("/oversync-console/**");
			assertThat(context.getBeanProvider(EngineListener.class).stream())
				.hasAtLeastOneElementOfType(Activity.class)
				.hasAtLeastOneElementOfType(ConflictLog.class);
		});
	}

	@Test
	void refusesToStartWithoutSpringSecurity() {
		this.enabled.withClassLoader(new FilteredClassLoader(SecurityFilterChain.class))
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(OversyncStartupException.class)
				.hasMessageContaining("Spring Security is not on the class path")
				.hasMessageContaining("spring-boot-starter-security"));
	}

	@Test
	void needsNoSpringSecurityWhileItIsOff() {
		this.runner.withClassLoader(new FilteredClassLoader("org.springframework.security"))
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@ParameterizedTest
	@CsvSource({ "/sync/console, /sync", "/admin, /admin", "/sync, /sync", "/admin/ops, /admin" })
	void staysApartFromTheEndpointsOfDevices(String path, String other) {
		this.enabled.withPropertyValues("oversync.console.path=" + path)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(OversyncStartupException.class)
				.hasMessageContaining("overlaps with the endpoints of devices at '" + other + "'"));
	}

	@Test
	void endpointsOfDevicesAreNotBelowIt() {
		this.enabled.withPropertyValues("oversync.base-path=/oversync-console/sync")
			.run((context) -> assertThat(context).getFailure().rootCause().hasMessageContaining("overlaps"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "console", "/", "/a/", "/a/*", "/a/../b", "/a b", "//a" })
	void anUnusablePathIsRefused(String path) {
		this.enabled.withPropertyValues("oversync.console.path=" + path)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(OversyncStartupException.class)
				.hasMessageContaining("oversync.console.path"));
	}

	@Test
	void anEmptyAuthorityIsRefused() {
		this.enabled.withPropertyValues("oversync.console.authority= ")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageContaining("oversync.console.authority is empty"));
	}

	@Test
	void thereIsNoneForAnEngineOfTheApplication() {
		this.enabled.withBean(SyncService.class, () -> mock(SyncService.class))
			.run((context) -> assertThat(context).hasNotFailed()
				.getBean(MAPPING)
				.satisfies((bean) -> assertThat(bean).isNotInstanceOf(SimpleUrlHandlerMapping.class)));
	}

	@Test
	void theMatcherKnowsWhereTheConsoleIs() {
		this.enabled.withPropertyValues("oversync.console.path=/ops/sync").run((context) -> {
			assertThat(List.of("/ops/sync", "/ops/sync/", "/ops/sync/api/users"))
				.allMatch((path) -> matches(context, path));
			assertThat(List.of("/ops", "/ops/synchronous", "/oversync-console", "/sync"))
				.noneMatch((path) -> matches(context, path));
		});
		this.runner.run((context) -> assertThat(matches(context, "/oversync-console")).isFalse());
	}

	private static boolean matches(AssertableWebApplicationContext context, String path) {
		MockServletContext servlets = new MockServletContext();
		servlets.setAttribute(WebApplicationContext.ROOT_WEB_APPLICATION_CONTEXT_ATTRIBUTE,
				context.getSourceApplicationContext());
		return ConsoleRequestMatcher.console().matches(new MockHttpServletRequest(servlets, "GET", path));
	}

}
