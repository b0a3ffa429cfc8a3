/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.sample.demo;

import javax.sql.DataSource;

import io.oversync.sample.OwnUrl;
import io.oversync.service.SyncDevices;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.aot.hint.annotation.RegisterReflectionForBinding;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.ImportRuntimeHints;
import org.springframework.context.event.EventListener;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.access.intercept.AuthorizationFilter;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.web.servlet.config.annotation.ResourceHandlerRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/**
 * The beans of the demo, beside {@link DemoController}.
 */
@Configuration(proxyBeanMethods = false)
@Conditional(OnDemo.class)
@EnableConfigurationProperties(DemoProperties.class)
@ImportRuntimeHints(DemoConfiguration.PageHints.class)
@RegisterReflectionForBinding({ Phone.View.class, DemoSession.ServerView.class, Exchange.class })
class DemoConfiguration implements WebMvcConfigurer {

	private static final Logger logger = LoggerFactory.getLogger(DemoConfiguration.class);

	/** Scripts and styles of the page's own files only, and no way to insert markup. */
	private static final String CONTENT_SECURITY_POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; "
			+ "img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
			+ "require-trusted-types-for 'script'; trusted-types 'none'";

	private final Environment environment;

	DemoConfiguration(Environment environment) {
		this.environment = environment;
	}

	@Bean
	DemoSessions demoSessions(DemoProperties properties, ApplicationArguments arguments, DataSource dataSource,
			PlatformTransactionManager transactions, SyncDevices devices, JsonMapper json) {
		JdbcTemplate jdbc = new JdbcTemplate(dataSource);
		boolean fresh = arguments.containsOption("fresh") && !OnDemo.isOfTheUser(this.environment);
		return new DemoSessions(properties, fresh, this.environment, jdbc, new DemoUsers(jdbc, transactions, devices),
				json);
	}

	@Bean
	DemoDatabase demoDatabase(DataSource dataSource) {
		return new DemoDatabase(dataSource);
	}

	/** The page, its files and what it calls; everything else stays as it is. */
	@Bean
	@Order(0)
	SecurityFilterChain demo(HttpSecurity http, DemoProperties properties) {
		return http.securityMatcher("/", "/demo/**")
			.authorizeHttpRequests((requests) -> requests.anyRequest().permitAll())
			.sessionManagement((session) -> session.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
			.headers((headers) -> headers
				.contentSecurityPolicy((policy) -> policy.policyDirectives(CONTENT_SECURITY_POLICY)))
			// there are no forms: the filter does it
			.csrf(AbstractHttpConfigurer::disable)
			.addFilterBefore(new KnownHostFilter(properties.hosts()), AuthorizationFilter.class)
			.addFilterBefore(new SameOriginFilter(), AuthorizationFilter.class)
			.build();
	}

	@Override
	public void addResourceHandlers(ResourceHandlerRegistry registry) {
		registry.addResourceHandler("/demo/page/**").addResourceLocations("classpath:/demo/");
	}

	@EventListener(ApplicationReadyEvent.class)
	@Order(Ordered.LOWEST_PRECEDENCE)
	void welcome() {
		logger.info("Open {} in a browser: two phones and this server, live.", OwnUrl.of(this.environment));
	}

	static class PageHints implements RuntimeHintsRegistrar {

		@Override
		public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
			hints.resources().registerPattern("demo/*");
		}

	}

}
