/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.web;

import java.util.List;

import jakarta.servlet.http.HttpServletRequest;

import org.springframework.http.server.PathContainer;
import org.springframework.http.server.RequestPath;
import org.springframework.web.util.ServletRequestPathUtils;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;

/**
 * Where the endpoints are, within the application.
 */
public final class SyncPaths {

	private final String base;

	private final String failures;

	private final String servletPath;

	private final List<PathPattern> patterns;

	private final List<PathPattern> endpoints;

	/**
	 * Creates the paths.
	 * @param basePath {@code oversync.base-path}
	 * @param adminPath {@code oversync.admin-path}
	 * @param servletPath the prefix of the dispatcher servlet, empty for none
	 */
	public SyncPaths(String basePath, String adminPath, String servletPath) {
		this.base = basePath;
		this.servletPath = servletPath;
		this.failures = adminPath + "/materialize-failures";
		this.patterns = parse(patterns());
		this.endpoints = parse(List.of(upload(), download(), changes(), checksum(), watch(), schemaVersion(), status(),
				failures(), retry()));
	}

	private static List<PathPattern> parse(List<String> patterns) {
		return patterns.stream().map(PathPatternParser.defaultInstance::parse).toList();
	}

	String upload() {
		return this.base + "/upload";
	}

	String download() {
		return this.base + "/download";
	}

	String changes() {
		return this.base + "/changes";
	}

	String checksum() {
		return this.base + "/checksum";
	}

	String watch() {
		return this.base + "/watch";
	}

	String schemaVersion() {
		return this.base + "/schema-version";
	}

	String status() {
		return this.base + "/status";
	}

	String failures() {
		return this.failures;
	}

	String retry() {
		return this.failures + "/retry";
	}

	/**
	 * Returns the path of the description of the endpoints.
	 * @return the path, also if nothing is served there
	 */
	public String openApi() {
		return this.base + "/openapi.yaml";
	}

	String base() {
		return this.base;
	}

	public String servletPath() {
		return this.servletPath;
	}

	/**
	 * Returns patterns of everything that belongs to sync.
	 * @return such as {@code /sync/**}
	 */
	public List<String> patterns() {
		return List.of(this.base + "/**", this.failures + "/**");
	}

	/**
	 * Returns whether a request belongs to sync.
	 * @param request the request, also before a servlet has taken it on
	 * @return whether its path matches one of the patterns
	 */
	boolean match(HttpServletRequest request) {
		return match(this.patterns, request);
	}

	/**
	 * Returns whether a request is for an endpoint of sync: not for one that the
	 * application has below the base path.
	 * @param request the request, also before a servlet has taken it on
	 * @return whether its path is that of an endpoint
	 */
	boolean matchEndpoint(HttpServletRequest request) {
		return match(this.endpoints, request);
	}

	private static boolean match(List<PathPattern> patterns, HttpServletRequest request) {
		PathContainer path = path(request).pathWithinApplication();
		return patterns.stream().anyMatch((pattern) -> pattern.matches(path));
	}

	private static RequestPath path(HttpServletRequest request) {
		if (ServletRequestPathUtils.hasParsedRequestPath(request)) {
			return ServletRequestPathUtils.getParsedRequestPath(request);
		}
		try {
			return ServletRequestPathUtils.parseAndCache(request);
		}
		finally {
			ServletRequestPathUtils.clearParsedRequestPath(request);
		}
	}

}
