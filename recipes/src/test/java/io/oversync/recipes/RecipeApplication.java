/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.recipes;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import io.oversync.test.TestPostgres;
import io.oversync.web.SyncRequestMatcher;

import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.web.SecurityFilterChain;

/**
 * An application on a live port and a database of its own, with the tables of
 * {@code schema.sql}.
 */
public final class RecipeApplication implements AutoCloseable {

	private final ConfigurableApplicationContext context;

	private RecipeApplication(ConfigurableApplicationContext context) {
		this.context = context;
	}

	/**
	 * Starts an application on a new database.
	 * @param application its class
	 * @return the running application
	 */
	public static RecipeApplication start(Class<?> application) {
		return startOn(TestPostgres.createDatabase(), application);
	}

	/**
	 * Starts an application.
	 * @param url its database
	 * @param application its class
	 * @param properties {@code name=value}
	 * @return the running application
	 */
	public static RecipeApplication startOn(String url, Class<?> application, String... properties) {
		List<String> arguments = new ArrayList<>(List.of("--spring.datasource.url=" + url));
		for (String property : properties) {
			arguments.add("--" + property);
		}
		return new RecipeApplication(
				new SpringApplicationBuilder(application, Security.class).run(arguments.toArray(String[]::new)));
	}

	/**
	 * Returns a bean of the application.
	 * @param <T> its type
	 * @param type its type
	 * @return the only one of that type
	 */
	public <T> T bean(Class<T> type) {
		return this.context.getBean(type);
	}

	/**
	 * Returns a device of a new user.
	 * @return a device that has downloaded nothing yet
	 */
	public Device device() {
		return device("user-" + UUID.randomUUID());
	}

	/**
	 * Returns a device.
	 * @param user its user
	 * @return a device that has downloaded nothing yet
	 */
	public Device device(String user) {
		return new Device(this.context.getEnvironment().getRequiredProperty("local.server.port", Integer.class), user);
	}

	@Override
	public void close() {
		this.context.close();
	}

	@Configuration(proxyBeanMethods = false)
	static class Security {

		/** Every user signs in with the same password. */
		@Bean
		UserDetailsService users() {
			return (name) -> User.withUsername(name).password("{noop}" + Device.PASSWORD).build();
		}

		@Bean
		SecurityFilterChain security(HttpSecurity http) {
			return http.authorizeHttpRequests((requests) -> requests.anyRequest().authenticated())
				.httpBasic(Customizer.withDefaults())
				.csrf((csrf) -> csrf.ignoringRequestMatchers(SyncRequestMatcher.endpoints(),
						(request) -> request.getRequestURI().startsWith("/posts/")))
				.build();
		}

	}

}
