/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.console;

import java.time.Clock;
import java.util.List;

import io.oversync.autoconfigure.OversyncAutoConfiguration;
import io.oversync.autoconfigure.OversyncProperties;
import io.oversync.internal.catalog.OversyncStartupException;
import io.oversync.internal.console.Activity;
import io.oversync.internal.console.ConflictLog;
import io.oversync.internal.console.ConsoleAccess;
import io.oversync.internal.console.ConsoleApi;
import io.oversync.internal.console.ConsoleHandler;
import io.oversync.internal.console.ConsoleHandlerMapping;
import io.oversync.internal.console.ConsolePaths;
import io.oversync.internal.console.OperatorJobs;
import io.oversync.internal.service.CurrentEpoch;
import io.oversync.internal.service.SyncEngine;
import io.oversync.service.StreamCompaction;
import io.oversync.service.SyncDevices;
import io.oversync.service.SyncService;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletPath;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.servlet.DispatcherServlet;

/**
 * Auto-configuration of the operators' console, which is off unless
 * {@code oversync.console.enabled} is set. Adds no security: the application's
 * {@code SecurityFilterChain} decides who is asking, and the console who may see it.
 */
@AutoConfiguration(after = OversyncAutoConfiguration.class)
@ConditionalOnBooleanProperty(name = "oversync.console.enabled")
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnClass(DispatcherServlet.class)
@ConditionalOnBean(SyncService.class)
@EnableConfigurationProperties(OversyncConsoleProperties.class)
public final class OversyncConsoleAutoConfiguration {

	private static final String SECURITY = "org.springframework.security.web.SecurityFilterChain";

	/** As early as the endpoints. */
	private static final int ORDER = -10;

	private static final long MINUTE = 60_000;

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnMissingClass(SECURITY)
	static class RefusalConfiguration {

		@Bean
		ConsolePaths oversyncConsolePaths() {
			throw new OversyncStartupException(
					"oversync.console.enabled=true, but Spring Security is not on the class path. The console shows and"
							+ " changes data of all users, so it is never served without it.",
					"Add spring-boot-starter-security and a SecurityFilterChain that signs operators in (docs/console.md),"
							+ " or remove oversync.console.enabled.");
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(name = SECURITY)
	static class ConsoleConfiguration {

		@Bean
		ConsolePaths oversyncConsolePaths(OversyncConsoleProperties console, OversyncProperties properties,
				ObjectProvider<DispatcherServletPath> servletPath) {
			for (String other : List.of(properties.basePath(), properties.adminPath())) {
				requireApart(console.path(), other);
			}
			DispatcherServletPath path = servletPath.getIfAvailable();
			return new ConsolePaths(console.path(), (path != null) ? path.getPrefix() : "");
		}

		private static void requireApart(String console, String other) {
			if ((console + "/").startsWith(other + "/") || (other + "/").startsWith(console + "/")) {
				throw new OversyncStartupException(
						"oversync.console.path is '" + console + "', which overlaps with the endpoints of devices at '"
								+ other + "'. Their security is another one: tokens in place of sessions, and no"
								+ " protection against CSRF.",
						"Choose a path that is neither above nor below oversync.base-path and oversync.admin-path, such"
								+ " as /oversync-console.");
			}
		}

		@Bean
		Activity oversyncConsoleActivity() {
			return new Activity(() -> System.currentTimeMillis() / MINUTE);
		}

		@Bean
		ConflictLog oversyncConsoleConflicts() {
			return new ConflictLog(Clock.systemUTC());
		}

		@Bean
		OperatorJobs oversyncConsoleJobs() {
			return new OperatorJobs(Clock.systemUTC());
		}

		// the service comes first, since a bean may turn out to be another one
		@Bean(defaultCandidate = false)
		@Nullable ConsoleHandlerMapping oversyncConsoleHandlerMapping(SyncService service, ConsolePaths paths,
				OversyncConsoleProperties console, OversyncProperties properties, ObjectProvider<SyncEngine> engines,
				ObjectProvider<SyncDevices> devices, ObjectProvider<StreamCompaction> compaction,
				ObjectProvider<CurrentEpoch> epoch, Activity activity, ConflictLog conflicts, OperatorJobs jobs) {
			SyncEngine engine = engines.getIfUnique();
			if (engine == null) {
				LogFactory.getLog(OversyncConsoleAutoConfiguration.class)
					.warn("There is no console: the application has a SyncService of its own");
				return null;
			}
			ConsoleApi api = new ConsoleApi(engine, devices.getObject(), compaction.getObject(), epoch.getObject(),
					new ConsoleApi.Node(activity, conflicts, jobs, properties.retention().enabled()));
			ConsoleHandler handler = new ConsoleHandler(paths, new ConsoleAccess(console.authority()), api);
			return new ConsoleHandlerMapping(paths.pattern(), handler, ORDER);
		}

	}

}
