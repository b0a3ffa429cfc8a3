/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.sample;

import java.security.SecureRandom;
import java.util.Base64;

import io.oversync.console.ConsoleRequestMatcher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.csrf.CookieCsrfTokenRepository;

/**
 * The operators' console of the sample, with {@code --oversync.console.enabled=true}. Its
 * one operator has another password with each start.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnBooleanProperty("oversync.console.enabled")
class ConsoleConfiguration {

	private static final Logger logger = LoggerFactory.getLogger(ConsoleConfiguration.class);

	private static final String OPERATOR = "operator";

	private static final int PASSWORD_BYTES = 18;

	/**
	 * A form and a session, for nothing but the console: devices have tokens. Visitors
	 * get no session before they have signed in.
	 */
	@Bean
	@Order(0)
	SecurityFilterChain operators(HttpSecurity http) {
		String password = password();
		logger.info("The console is at /login: user {}, password {}", OPERATOR, password);
		return http
			.securityMatchers((requests) -> requests.requestMatchers(ConsoleRequestMatcher.console())
				.requestMatchers("/login", "/logout", "/default-ui.css"))
			.authorizeHttpRequests((requests) -> requests.anyRequest().permitAll())
			.formLogin((form) -> form.defaultSuccessUrl("/oversync-console/"))
			.csrf((csrf) -> csrf.csrfTokenRepository(new CookieCsrfTokenRepository()))
			// of so many random bits that a slow hash adds nothing
			.userDetailsService(new InMemoryUserDetailsManager(
					User.withUsername(OPERATOR).password("{noop}" + password).authorities("OVERSYNC_ADMIN").build()))
			.build();
	}

	private static String password() {
		byte[] bytes = new byte[PASSWORD_BYTES];
		new SecureRandom().nextBytes(bytes);
		return Base64.getUrlEncoder().encodeToString(bytes);
	}

}
