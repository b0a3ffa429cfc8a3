package io.oversync.autoconfigure;

import io.oversync.protocol.UploadLimits;
import io.oversync.service.SyncService;
import io.oversync.web.PrincipalActorResolver;
import io.oversync.web.ServerStatus;
import io.oversync.web.SyncActorResolver;
import io.oversync.web.SyncExceptionResolver;
import io.oversync.web.SyncHandlerMapping;
import io.oversync.web.SyncPaths;
import io.oversync.web.SyncRequestMatcher;
import io.oversync.web.TokenActorResolver;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletPath;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.web.servlet.DispatcherServlet;

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

	static final String ENDPOINTS = "oversyncHandlerMapping";

	private static final String TOKEN = "org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationToken";

	@Bean
	SyncPaths oversyncPaths(OversyncProperties properties) {
		return new SyncPaths(properties.basePath(), properties.adminPath());
	}

	// not a default candidate: the application goes on injecting its own mapping by type
	@Bean(name = ENDPOINTS, defaultCandidate = false)
	SyncHandlerMapping oversyncHandlerMapping(SyncPaths paths, SyncService service, SyncActorResolver actors,
			OversyncProperties properties, Environment environment) {
		OversyncProperties.Upload upload = properties.upload();
		return SyncHandlerMapping.endpoints(paths, service, actors,
				new UploadLimits(upload.maxRequestSize().toBytes(), (int) upload.maxPayloadSize().toBytes(),
						upload.maxNestingDepth()),
				ServerStatus.of(environment.getProperty("spring.application.name", "oversync")));
	}

	@Bean(defaultCandidate = false)
	SyncHandlerMapping oversyncFallbackHandlerMapping(SyncPaths paths) {
		return SyncHandlerMapping.fallback(paths);
	}

	@Bean(defaultCandidate = false)
	SyncExceptionResolver oversyncExceptionResolver(SyncPaths paths) {
		return new SyncExceptionResolver(paths);
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(
			name = "org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationToken")
	static class TokenConfiguration {

		@Bean
		@ConditionalOnMissingBean(SyncActorResolver.class)
		TokenActorResolver oversyncTokenActorResolver(OversyncProperties properties) {
			OversyncProperties.Identity identity = properties.identity();
			return new TokenActorResolver(identity.userClaim(), identity.sourceClaim(),
					new PrincipalActorResolver(identity.sourceHeader()));
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnMissingClass(TOKEN)
	static class PrincipalConfiguration {

		@Bean
		@ConditionalOnMissingBean(SyncActorResolver.class)
		PrincipalActorResolver oversyncPrincipalActorResolver(OversyncProperties properties) {
			return new PrincipalActorResolver(properties.identity().sourceHeader());
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(name = "org.springframework.security.web.util.matcher.RequestMatcher")
	static class SecurityConfiguration {

		@Bean
		SyncRequestMatcher oversyncRequestMatcher(SyncPaths paths, ObjectProvider<DispatcherServletPath> servletPath) {
			DispatcherServletPath path = servletPath.getIfAvailable();
			return new SyncRequestMatcher(paths, (path != null) ? path.getPrefix() : "");
		}

	}

}
