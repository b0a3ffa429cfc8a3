/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.autoconfigure;

import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

import io.oversync.autoconfigure.OversyncProperties.SourceFrom;
import io.oversync.internal.event.EngineListener;
import io.oversync.internal.service.CurrentEpoch;
import io.oversync.internal.service.SyncEngine;
import io.oversync.internal.web.DownloadLimits;
import io.oversync.internal.web.OpenApiHandler;
import io.oversync.internal.web.PrincipalActorResolver;
import io.oversync.internal.web.ServerLimits;
import io.oversync.internal.web.ServerStatus;
import io.oversync.internal.web.SyncExceptionResolver;
import io.oversync.internal.web.SyncHandlerMapping;
import io.oversync.internal.web.SyncPaths;
import io.oversync.internal.web.SyncRequestFilter;
import io.oversync.internal.web.UploadBodies;
import io.oversync.internal.web.TokenActorResolver;
import io.oversync.internal.web.TomcatGuard;
import io.oversync.internal.web.WaitingRequests;
import io.oversync.internal.web.WatchSettings;
import io.oversync.protocol.ExpiredDeletes;
import io.oversync.protocol.SyncActor;
import io.oversync.service.SyncService;
import io.oversync.web.SyncActorResolver;
import jakarta.servlet.DispatcherType;
import org.apache.catalina.connector.Connector;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.tomcat.TomcatConnectorCustomizer;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletPath;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;
import org.springframework.util.ClassUtils;
import org.springframework.web.servlet.DispatcherServlet;
import org.springframework.web.servlet.handler.SimpleUrlHandlerMapping;

/**
 * Auto-configuration of the endpoints. Adds handler mappings and an exception resolver of
 * its own beside those of the application, and no security: the application's
 * {@code SecurityFilterChain} applies.
 */
@AutoConfiguration(after = OversyncAutoConfiguration.class,
		afterName = "org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration")
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnClass(DispatcherServlet.class)
@ConditionalOnBean(SyncService.class)
public final class OversyncWebMvcAutoConfiguration {

	private static final Log logger = LogFactory.getLog(OversyncWebMvcAutoConfiguration.class);

	static final String ENDPOINTS = "oversyncHandlerMapping";

	/** Of a Tomcat. */
	private static final int DEFAULT_THREADS = 200;

	private static final String SECURITY = "org.springframework.security.core.Authentication";

	private static final String TOKEN = "org.springframework.security.oauth2.server.resource.authentication"
			+ ".JwtAuthenticationToken";

	@Bean
	SyncPaths oversyncPaths(OversyncProperties properties, ObjectProvider<DispatcherServletPath> servletPath) {
		DispatcherServletPath path = servletPath.getIfAvailable();
		return new SyncPaths(properties.basePath(), properties.adminPath(), (path != null) ? path.getPrefix() : "");
	}

	// not a default candidate: the application still injects its own mapping by type
	@Bean(name = ENDPOINTS, defaultCandidate = false)
	SyncHandlerMapping oversyncHandlerMapping(SyncPaths paths, SyncService service, SyncActorResolver actors,
			OversyncProperties properties, Environment environment, ObjectProvider<WaitingRequests> waiting,
			ObjectProvider<CurrentEpoch> epochs, ObjectProvider<EngineEvents> events,
			ObjectProvider<SyncEngine> engines) {
		OversyncProperties.Upload upload = properties.upload();
		OversyncProperties.Download download = properties.download();
		ServerLimits limits = new ServerLimits(requests(properties.concurrency(), environment),
				properties.concurrency().requestsPerUser(), upload.minRate().toBytes(), upload.grace(),
				upload.memoryBytes());
		return SyncHandlerMapping.endpoints(paths, service, actors,
				new UploadBodies(upload.limits(), limits, listener(events)), limits,
				new DownloadLimits(download.answersPerUser(), download.minRate().toBytes(), download.grace(),
						download.longestChanges()),
				ServerStatus.of(environment.getProperty("spring.application.name", "oversync"),
						epochName(epochs.getIfAvailable()), expired(engines)),
				waiting.getIfAvailable());
	}

	// an application may have wrapped the engine, which is the one that wakes all the
	// same; the service comes first, since a bean may turn out to be another one
	@Bean
	@ConditionalOnSingleCandidate(SyncEngine.class)
	@Nullable WaitingRequests oversyncWaitingRequests(SyncService service, ObjectProvider<SyncEngine> engine,
			OversyncProperties properties) {
		SyncEngine waking = engine.getIfUnique();
		if (waking == null) {
			return null;
		}
		OversyncProperties.Watch watch = properties.watch();
		return new WaitingRequests(waking,
				new WatchSettings(watch.pollInterval(), watch.heartbeat(), watch.perUser(), watch.places()));
	}

	/** An application that has its own engine has no epoch. */
	private static Supplier<@Nullable String> epochName(@Nullable CurrentEpoch epoch) {
		return (epoch != null) ? epoch::name : () -> null;
	}

	/** Looked up late: the engine may be wrapped by a bean that comes later. */
	private static Function<SyncActor, ExpiredDeletes> expired(ObjectProvider<SyncEngine> engines) {
		return (actor) -> {
			SyncEngine engine = engines.getIfUnique();
			return (engine != null) ? engine.expiredDeletes(actor) : ExpiredDeletes.NONE;
		};
	}

	/** The rest of the threads are left to refusals and to the application. */
	static int requests(OversyncProperties.Concurrency concurrency, Environment environment) {
		Integer requests = concurrency.requests();
		int threads = environment.getProperty("server.tomcat.threads.max", Integer.class,
				environment.getProperty("server.jetty.threads.max", Integer.class, DEFAULT_THREADS));
		return (requests != null) ? requests : Math.max(1, threads / 4 * 3);
	}

	@Bean(defaultCandidate = false)
	SyncHandlerMapping oversyncFallbackHandlerMapping(SyncPaths paths,
			@Qualifier(ENDPOINTS) SyncHandlerMapping endpoints) {
		return endpoints.fallback(paths);
	}

	@Bean(defaultCandidate = false)
	@ConditionalOnBooleanProperty(name = "oversync.openapi.enabled")
	SimpleUrlHandlerMapping oversyncOpenApiHandlerMapping(SyncPaths paths, OversyncProperties properties) {
		return new SimpleUrlHandlerMapping(
				Map.of(paths.openApi(), new OpenApiHandler(paths, properties.identity().sourceHeader())),
				SyncHandlerMapping.ENDPOINT_ORDER);
	}

	@Bean(defaultCandidate = false)
	SyncExceptionResolver oversyncExceptionResolver(SyncPaths paths, ObjectProvider<EngineEvents> events) {
		return new SyncExceptionResolver(paths, listener(events));
	}

	private static EngineListener listener(ObjectProvider<EngineEvents> events) {
		EngineEvents found = events.getIfAvailable();
		return (found != null) ? found.listener() : EngineListener.NONE;
	}

	@Bean(defaultCandidate = false)
	FilterRegistrationBean<SyncRequestFilter> oversyncRequestFilter(SyncPaths paths) {
		FilterRegistrationBean<SyncRequestFilter> registration = new FilterRegistrationBean<>(
				new SyncRequestFilter(paths));
		registration.setOrder(Ordered.HIGHEST_PRECEDENCE);
		registration.setDispatcherTypes(DispatcherType.REQUEST, DispatcherType.ERROR, DispatcherType.INCLUDE,
				DispatcherType.ASYNC);
		return registration;
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass({ TomcatConnectorCustomizer.class, Connector.class })
	@ConditionalOnBooleanProperty(name = "oversync.concurrency.guard-tomcat", matchIfMissing = true)
	static class TomcatConfiguration {

		@Bean
		TomcatConnectorCustomizer oversyncTomcatGuard(OversyncProperties properties) {
			long bytesPerSecond = properties.upload().minRate().toBytes();
			return (connector) -> TomcatGuard.guard(connector, bytesPerSecond);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(name = TOKEN)
	static class TokenConfiguration {

		@Bean
		@ConditionalOnMissingBean(SyncActorResolver.class)
		TokenActorResolver oversyncTokenActorResolver(OversyncProperties properties) {
			OversyncProperties.Identity identity = properties.identity();
			return new TokenActorResolver(identity.userClaim(), identity.sourceClaim(),
					identity.sourceFrom() == SourceFrom.CLAIM_OR_HEADER,
					new PrincipalActorResolver(identity.sourceHeader()));
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnMissingClass(TOKEN)
	static class PrincipalConfiguration {

		@Bean
		@ConditionalOnMissingBean(SyncActorResolver.class)
		PrincipalActorResolver oversyncPrincipalActorResolver(OversyncProperties properties) {
			if (!ClassUtils.isPresent(SECURITY, getClass().getClassLoader())) {
				logger.warn("Neither Spring Security nor a SyncActorResolver bean says who is asking: sync requests are"
						+ " answered 401 unless the servlet container authenticates them. For JWTs add"
						+ " spring-boot-starter-security-oauth2-resource-server, or declare a SyncActorResolver bean.");
			}
			return new PrincipalActorResolver(properties.identity().sourceHeader());
		}

	}

}
